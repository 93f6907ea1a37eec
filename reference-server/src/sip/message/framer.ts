import type { FrameEvent } from './types.ts';

export interface FramerLimits {
  /** Bytes of start line and headers, default 65536. */
  head?: number;
  /** Bytes of a body, default 1048576. */
  body?: number;
}

/** Cuts a byte stream into messages. RFC 3261 18.3, RFC 5626 3.5.1. */
export interface StreamFramer {
  push(bytes: Uint8Array): FrameEvent[];
  /** The stream has ended: an error event when a message is incomplete. */
  end(): FrameEvent[];
}

/** A framer for one connection. */
export function createStreamFramer(_limits?: FramerLimits): StreamFramer {
  throw new Error('not yet');
}
