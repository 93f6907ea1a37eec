/**
 * What scenarios use of the world beside SIPp, RTP probes, callbacks and REST: sockets of their own, time, chance, files.
 * It is a driver like the others, so that a scenario which uses nothing else can be run again from what was recorded.
 */
import type { Off } from '../../harness/metrics.ts';

/** A SIP end: datagrams, or one connection to the target and those that the target opens. Hands whole messages on. */
export interface Link {
  readonly host: string;
  readonly port: number;
  send(bytes: Uint8Array): Promise<void>;
  onMessage(take: (text: string) => void): void;
  close(): void;
}

/** A UDP socket. */
export interface Datagrams {
  readonly host: string;
  readonly port: number;
  send(bytes: Uint8Array, port: number, host: string): Promise<void>;
  close(): void;
}

/** A request to the web server of a scenario. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What it answers; `silent`: nothing, ever. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly silent?: boolean;
}

export interface WebServer {
  readonly port: number;
  close(): void;
}

export interface Outside {
  /** A UUID. */
  uuid(): string;
  /** Random bytes, as hexadecimal digits. */
  random(bytes: number): string;
  /** 1, 2, 3, … over the whole run. */
  serial(): number;
  sleep(ms: number): Promise<void>;
  /** Calls back once, unless the function that it gives is called before. */
  after(ms: number, act: () => void): () => void;
  udpLink(remote: Endpoint, local: Endpoint): Promise<Link>;
  tcpLink(remote: Endpoint, host: string): Promise<Link>;
  datagrams(host: string): Promise<Datagrams>;
  /** Sends all of it, and breaks the connection in the middle of what was promised. */
  breakOff(remote: Endpoint, head: string, bytes: Uint8Array): Promise<void>;
  /** SIP text to a socket of ours or of the target. */
  deliver(text: string, host: string, port: number, transport: 'udp' | 'tcp'): Promise<void>;
  serve(host: string, answer: (asked: Asked) => Reply): Promise<WebServer>;
  readMetrics(url: string): Promise<ReadonlyMap<string, number> | undefined>;
  settled(url: string, levels: ReadonlyMap<string, number>, limitMs: number): Promise<readonly Off[]>;
  /** The response to a digest challenge (RFC 7616), which is as good as the password to who tries passwords. */
  digest(of: DigestParts): string;
  /** Keeps a file of a scenario's evidence; `path` is below the evidence directory. Rejects when it cannot be written. */
  keep(path: string, bytes: Uint8Array): Promise<void>;
  /** Told when the scenario misses something, before it goes another way because of that. */
  missed(sentence: string): void;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export type DigestParts = Readonly<
  Record<'algorithm' | 'method' | 'uri' | 'realm' | 'username' | 'password' | 'nonce' | 'nc' | 'cnonce' | 'qop', string>
>;
