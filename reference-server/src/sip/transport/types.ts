import type { ConnectionId, Listener, Path } from '../endpoint.ts';
import type { ParseResult } from '../message/index.ts';

/** What transports tell their user. */
export interface TransportSink {
  receive(from: Path, parsed: ParseResult, size: number): void;
}

/** Called once when bytes could not be sent. */
export type OnFailure = () => void;

/** Limits of TCP connections. Milliseconds and bytes. */
export interface StreamLimits {
  /** A connection without traffic for so long is closed. */
  idle: number;
  /** How long connecting may take. */
  connect: number;
  /** Bytes that may wait to be read by the other side before it is given up. */
  backlog: number;
  /** Largest head and body of a message. */
  head: number;
  body: number;
}

export const defaultStreamLimits: StreamLimits = {
  idle: 600_000,
  connect: 4000,
  backlog: 4 * 1024 * 1024,
  head: 64 * 1024,
  body: 1024 * 1024,
};

export interface Transport {
  readonly listener: Listener;
  send(to: Path, bytes: Uint8Array, failed: OnFailure): void;
  close(): Promise<void>;
}

export type { ConnectionId };
