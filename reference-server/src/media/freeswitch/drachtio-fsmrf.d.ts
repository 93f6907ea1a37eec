/** The part of drachtio-fsmrf 4.1.2 that is used here; it brings no declarations. */
declare module 'drachtio-fsmrf' {
  import type { EventEmitter } from 'node:events';
  import type { Server, Socket } from 'node:net';

  interface SocketEvent {
    getHeader(name: string): string | undefined;
  }

  /** A connection to the event socket. Events are `esl::event::NAME::UUID`. */
  interface SocketConnection {
    subscribe(events: string[]): void;
    on(event: string, listener: (event: SocketEvent) => void): void;
    getInfo(): SocketEvent;
  }

  interface Endpoint extends EventEmitter {
    readonly uuid: string;
    readonly local: { readonly sdp: string };
    readonly conn: SocketConnection | null;
    readonly dialog: { modify(sdp: string): Promise<unknown>; destroy(): unknown } | null;
    execute(application: string, argument: string): Promise<unknown>;
  }

  interface MediaServer extends EventEmitter {
    createEndpoint(options: { remoteSdp: string }): Promise<Endpoint>;
    api(command: string): Promise<string>;
    /** To its event socket. */
    readonly conn: { readonly socket: Socket };
    /** What takes the connections of its channels. */
    readonly _server: { readonly server: Server };
    disconnect(): void;
  }

  class Mrf {
    constructor(srf: unknown);
    connect(options: {
      address: string;
      port: number;
      secret: string;
      profile: string;
      listenAddress: string;
      listenPort: number;
      advertisedAddress: string;
    }): Promise<MediaServer>;
  }

  export type { Endpoint, MediaServer, SocketConnection, SocketEvent };
  export default Mrf;
}
