import Srf from 'drachtio-srf';

/** The part of drachtio-srf that the scenarios use, with the types that its own declarations get wrong or leave out. */
interface SrfMessage {
  headers: Record<string, string>;
  body: string;
  get(name: string): string;
  has(name: string): boolean;
  getParsedHeader(name: 'from' | 'to'): { uri: string; params: Record<string, string> };
}

export interface SendOptions {
  headers?: Record<string, string>;
  body?: string;
}

export interface SrfResponse extends SrfMessage {
  status: number;
  reason: string;
  source_address: string;
  stackDialogId: string;
  send(
    status: number,
    options?: SendOptions,
    sent?: (error: unknown, message: SrfMessage) => void,
    acknowledged?: (request: SrfRequest) => void,
  ): void;
}

export interface SrfRequest extends SrfMessage {
  method: string;
  uri: string;
  source_address: string;
  source_port: number;
  protocol: string;
  stackTxnId: string;
  stackDialogId: string;
  receivedOn: string;
  cancel(callback?: (error: unknown, request: SrfRequest) => void): void;
  cancel(options: { headers: Record<string, string> }, callback?: (error: unknown) => void): void;
  on(event: 'response', listener: (response: SrfResponse, ack: (options?: SendOptions) => void) => void): void;
  on(event: 'cancel' | 'authenticate', listener: (request: SrfMessage) => void): void;
  on(event: 'update', listener: (request: SrfRequest, response: SrfResponse) => void): void;
}

export interface SrfDialog {
  id: string;
  type: 'uac' | 'uas';
  sip: { callId: string; localTag: string; remoteTag: string };
  local: { sdp: string; uri: string };
  remote: { sdp: string; uri: string };
  other: SrfDialog;
  connected: boolean;
  destroy(options?: SendOptions): Promise<SrfRequest>;
  modify(sdp: string, options?: { noAck: boolean }): Promise<string>;
  modify(options: { noAck: boolean }): Promise<{ sdp: string; ack: (sdp: string) => void }>;
  request(options: { method: string; headers?: Record<string, string>; body?: string }): Promise<SrfResponse>;
  on(event: 'destroy', listener: (request: SrfRequest, reason: string) => void): this;
  on(event: 'ack' | 'refresh', listener: (request: SrfRequest) => void): this;
  on(
    event: 'modify' | 'info' | 'notify' | 'refer' | 'update' | 'message' | 'options',
    listener: (request: SrfRequest, response: SrfResponse) => void,
  ): this;
  once(event: 'destroy' | 'ack', listener: (request: SrfRequest) => void): this;
}

interface UacOptions {
  localSdp?: string;
  headers?: Record<string, string>;
  proxy?: string;
  noAck?: boolean;
  callingNumber?: string;
  auth?: { username: string; password: string };
  followRedirects?: boolean;
  method?: string;
}

interface UacCallbacks {
  cbRequest?: (error: unknown, request: SrfRequest) => void;
  cbProvisional?: (response: SrfResponse) => void;
}

type Handler = (request: SrfRequest, response: SrfResponse) => void;

export interface SrfApp {
  connect(options: object): void;
  disconnect(): void;
  readonly idle: boolean;
  invite(handler: Handler): void;
  register(handler: Handler): void;
  options(handler: Handler): void;
  message(handler: Handler): void;
  info(handler: Handler): void;
  subscribe(handler: Handler): void;
  on(event: 'connect', listener: (error: unknown, hostPorts: string, version: string) => void): this;
  on(event: 'error' | 'close' | 'reconnecting', listener: (detail: unknown) => void): this;
  on(event: 'cdr:attempt', listener: (source: string, time: string, message: SrfMessage) => void): this;
  on(
    event: 'cdr:start' | 'cdr:stop',
    listener: (source: string, time: string, cause: string, message: SrfMessage) => void,
  ): this;
  createUAS(
    request: SrfRequest,
    response: SrfResponse,
    options: { localSdp: string; headers?: Record<string, string> },
  ): Promise<SrfDialog>;
  createUAC(uri: string, options: UacOptions, callbacks?: UacCallbacks): Promise<SrfDialog>;
  createB2BUA(
    request: SrfRequest,
    response: SrfResponse,
    uri: string,
    options: object,
    callbacks?: UacCallbacks,
  ): Promise<{ uas: SrfDialog; uac: SrfDialog }>;
  proxyRequest(
    request: SrfRequest,
    destination: string | string[],
    options?: object,
  ): Promise<{ connected: boolean; finalStatus: number; responses: { msgs: { status: number }[] }[] }>;
  request(
    uri: string,
    options: {
      method: string;
      headers?: Record<string, string>;
      body?: string;
      proxy?: string;
      auth?: object;
      stackDialogId?: string;
    },
  ): Promise<SrfRequest>;
}

/** An application of real drachtio-srf. */
export function newApp(tags?: string[]): SrfApp {
  return new Srf(tags ?? []) as unknown as SrfApp;
}

/** Connects an application; resolves to what the engine said of itself. */
export function connectApp(
  app: SrfApp,
  at: { host: string; port: number },
  secret: string,
): Promise<{ hostPorts: string; version: string }> {
  return new Promise((resolve, reject) => {
    app.on('connect', (error, hostPorts, version) => {
      if (error) reject(error);
      else resolve({ hostPorts, version });
    });
    app.on('error', () => {});
    app.connect({ host: at.host, port: at.port, secret });
  });
}

/** The final response to a request that was sent, acknowledged when it is to an INVITE. */
export function finalOf(request: SrfRequest, options?: SendOptions): Promise<SrfResponse> {
  return new Promise((resolve) => {
    request.on('response', (response, ack) => {
      if (response.status < 200) return;
      if (request.method === 'INVITE') ack(options);
      resolve(response);
    });
  });
}
