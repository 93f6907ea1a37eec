/** What the IVR loop of a participant remembers (D-LOOP, D-DTMF, D-CRYPT). */
import type { ConnectionId, PlayJobId } from '../ids.ts';
import type { Phrase } from '../ports/phrase.ts';
import type { Command } from './command.ts';
import type { Encryption } from './encryption.ts';

export interface Ivr {
  readonly connection: ConnectionId;
  /** getIvrCommand requests so far; a replyId names the one it came with. */
  readonly command: number;
  /** asking: getIvrCommand is out. waiting: nothing to play or collect until getIVRCommandAfter. */
  readonly mode: 'asking' | 'playing' | 'collecting' | 'waiting';
  readonly current: Command | undefined;
  /** The job whose end is awaited in `playing`; events of older jobs are late and mean nothing. */
  readonly job: PlayJobId | undefined;
  /** Phrases of that job, and behind them those that are still to be played. */
  readonly playing: readonly Phrase[];
  /** All digits since the last flush: `dtmfBuffer`. */
  readonly buffer: string;
  /** Digits that no collection has used yet, typed ahead ones included. */
  readonly digits: string;
  /** From the last answer, for the next request only. */
  readonly encryption: Encryption | undefined;
  /** Commands in a row whose phrases could not be played; ends a loop that would only fail again. */
  readonly failures: number;
}

export const newIvr = (connection: ConnectionId): Ivr => ({
  connection,
  command: 0,
  mode: 'asking',
  current: undefined,
  job: undefined,
  playing: [],
  buffer: '',
  digits: '',
  encryption: undefined,
  failures: 0,
});
