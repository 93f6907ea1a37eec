/** The part of drachtio-srf that signalling uses, with the types that its own declarations leave out or get wrong. */
import type { EventEmitter } from 'node:events';
import Srf from 'drachtio-srf';

export type SrfHeaders = Record<string, string>;

export interface SrfRequest extends EventEmitter {
  readonly method: string;
  readonly uri: string;
  /** The whole message; `get` of the library joins repeated headers, so headers are read from here. */
  readonly raw: string;
  /** network: from outside. application: sent by the server on its own, such as the BYE of an expired session. */
  readonly source: 'network' | 'application';
  readonly source_address: string;
  get(name: string): string | undefined;
  has(name: string): boolean;
  cancel(callback?: (error: unknown) => void): void;
}

export interface SrfResponse {
  status: number;
  reason: string;
  readonly raw: string;
  readonly source_address: string;
  readonly finalResponseSent: boolean;
  readonly agent: { sendResponse(response: SrfResponse, options: object): void };
  send(status: number, options?: { headers?: SrfHeaders; body?: string }): void;
  get(name: string): string | undefined;
}

export interface SrfDialog extends EventEmitter {
  /** The server's name of the dialog, and the connection to the server. */
  readonly id: string;
  readonly socket: unknown;
  readonly agent: { request(options: object, callback: (error: unknown, request?: SrfRequest) => void): void };
  readonly sip: { readonly callId: string };
  readonly local: { readonly contact?: string };
  readonly res: SrfResponse;
  destroy(options: object, callback: (error: unknown) => void): void;
  /** Hides requests of the far end until the response is there; `agent.request` does not. */
  request(
    options: { method: string; body?: string; headers?: SrfHeaders },
    callback: (error: unknown, response?: SrfResponse) => void,
  ): void;
}

type Handler = (request: SrfRequest, response: SrfResponse) => void;

export interface SrfApp extends EventEmitter {
  connect(options: {
    host: string;
    port: number;
    secret: string;
    reconnect: { maxAttempts?: number; retryMaxDelay: number };
  }): void;
  disconnect(): void;
  use(method: string, handler: Handler): void;
  createUAS(
    request: SrfRequest,
    response: SrfResponse,
    options: { localSdp: string; headers: SrfHeaders },
    callback: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
  createUAC(
    uri: string,
    options: { localSdp?: string; headers: SrfHeaders; proxy?: string },
    on: {
      cbRequest: (error: unknown, request?: SrfRequest) => void;
      cbProvisional: (response: SrfResponse) => void;
    },
    callback: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
}

export const newSrf = (): SrfApp => new Srf() as unknown as SrfApp;
