import type { Socket } from 'node:net';
import type { ConnectionId, Path } from '../endpoint.ts';
import { createStreamFramer, type ParseResult } from '../message/index.ts';
import type { OnFailure, StreamLimits, TransportSink } from './types.ts';

const crlf = Buffer.from('\r\n');

/** Dual-stack sockets name IPv4 peers in IPv6 form. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/i, '');
}

/** One TCP connection: frames what comes, queues what is sent before it is connected. RFC 3261 18.3. */
export class Connection {
  readonly id: ConnectionId;
  private readonly socket: Socket;
  private readonly limits: StreamLimits;
  private readonly waiting: OnFailure[] = [];
  private connected: boolean;

  constructor(
    id: ConnectionId,
    socket: Socket,
    limits: StreamLimits,
    path: Path,
    sink: TransportSink,
    connected: boolean,
  ) {
    this.id = id;
    this.socket = socket;
    this.limits = limits;
    this.connected = connected;
    socket.setNoDelay(true);
    socket.setTimeout(connected ? limits.idle : limits.connect, () => socket.destroy());
    socket.once('connect', () => {
      this.connected = true;
      this.waiting.length = 0;
      socket.setTimeout(limits.idle);
    });
    const framer = createStreamFramer({ head: limits.head, body: limits.body });
    const give = (parsed: ParseResult, size: number) => sink.receive(path, parsed, size);
    socket.on('data', (bytes) => {
      for (const event of framer.push(bytes)) {
        if (event.type === 'message') give({ ok: true, message: event.message, warnings: event.warnings }, event.size);
        else if (event.type === 'ping') socket.write(crlf);
        else if (event.type === 'error') {
          give(
            { ok: false, error: event.error, ...(event.partial === undefined ? {} : { partial: event.partial }) },
            0,
          );
          if (event.fatal) socket.destroySoon();
        }
      }
    });
    // 'close' follows and does what is to be done.
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const failed of this.waiting.splice(0)) failed();
    });
  }

  /** Bytes that were accepted for a connection that later breaks are lost, as with any TCP. */
  send(bytes: Uint8Array, failed: OnFailure): void {
    if (this.socket.destroyed || !this.socket.writable) {
      failed();
      return;
    }
    if (this.socket.writableLength > this.limits.backlog) {
      this.socket.destroy();
      failed();
      return;
    }
    if (!this.connected) this.waiting.push(failed);
    this.socket.write(bytes);
  }

  get usable(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  close(): void {
    this.socket.destroy();
  }
}
