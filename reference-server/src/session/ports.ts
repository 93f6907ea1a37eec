/**
 * What the session layer needs of the world, a file of `ports/` for each part of it. Adapters implement these interfaces,
 * `main.ts` wires them; nothing here knows drachtio, FreeSWITCH, Express or a socket. Commands return at once; what
 * becomes of them arrives as an event in the session's queue, so that two events never race.
 */

import type { CallbackPort } from './ports/callbacks.ts';
import type { DomainPort } from './ports/domains.ts';
import type { MediaPort } from './ports/media.ts';
import type { BooksPort, ElsewherePort } from './ports/nodes.ts';
import type { IdPort } from './ports/reply-id.ts';
import type { SipPort } from './ports/sip.ts';

export interface ClockPort {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Calls back once; the returned function takes it back. */
  after(milliseconds: number, run: () => void): () => void;
}

export interface LogPort {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface Ports {
  readonly sip: SipPort;
  readonly media: MediaPort;
  readonly callbacks: CallbackPort;
  readonly ids: IdPort;
  readonly clock: ClockPort;
  readonly domains: DomainPort;
  readonly log: LogPort;
  /** Absent: nobody keeps books. */
  readonly books?: BooksPort;
  /** Absent: there is nothing but the sessions here. */
  readonly elsewhere?: ElsewherePort;
  /** IP address of this node, the `ivrServer` of callbacks. */
  readonly node: string;
}
