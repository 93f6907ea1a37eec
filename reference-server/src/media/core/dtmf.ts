/** Keys, their RFC 4733 event codes and their tone pairs. */
import type { Digit } from '../../session/ids.ts';

const KEYS = '0123456789*#ABCD';
/** Hertz, ITU-T Q.23. */
export const DTMF_ROWS = [697, 770, 852, 941] as const;
export const DTMF_COLUMNS = [1209, 1336, 1477, 1633] as const;
const LAYOUT = '123A456B789C*0#D';

/** Undefined for events that are no keys (16 is flash, higher ones are tones). RFC 4733 3.2. */
export function digitOfEvent(event: number): Digit | undefined {
  return KEYS[event] as Digit | undefined;
}

/** @throws {RangeError} when it is no key. */
export function eventOfDigit(digit: string): number {
  const event = digit.length === 1 ? KEYS.indexOf(digit.toUpperCase()) : -1;
  if (event < 0) throw new RangeError(`not a DTMF digit: ${JSON.stringify(digit)}`);
  return event;
}

export function digitAt(row: number, column: number): Digit {
  return LAYOUT[row * 4 + column] as Digit;
}

/** The two frequencies of a key. */
export function tonesOfDigit(digit: string): readonly [low: number, high: number] {
  const at = LAYOUT.indexOf(digit.toUpperCase());
  const low = DTMF_ROWS[at >> 2];
  const high = DTMF_COLUMNS[at & 3];
  if (digit.length !== 1 || at < 0 || low === undefined || high === undefined) {
    throw new RangeError(`not a DTMF digit: ${JSON.stringify(digit)}`);
  }
  return [low, high];
}
