/** Collecting digits (D-DTMF), as a function of what was pressed. */
import type { Json } from '../json.ts';
import { type Encryption, encrypt } from './encryption.ts';

export interface CollectSpec {
  readonly maxDigits?: number;
  /** Seconds from the end of the phrases to the first digit. */
  readonly firstTimeout?: number;
  /** Seconds from one digit to the next. */
  readonly betweenTimeout?: number;
  /** Each character is a key that ends the collection. */
  readonly terminationKeys: string;
}

export type CollectReason = 'terminationKey' | 'maxDigits' | 'firstTimeout' | 'betweenTimeout' | 'interrupted';

export interface Collected {
  readonly reason: CollectReason;
  /** Without the termination key. */
  readonly match: string;
  readonly key?: string;
}

/** Whether the digits pressed so far end the collection, and what remains for the next one. */
export const collect = (
  spec: CollectSpec,
  pressed: string,
): { readonly collected: Collected; readonly rest: string } | undefined => {
  for (const [index, key] of [...pressed].entries()) {
    const match = pressed.slice(0, index);
    const rest = pressed.slice(index + 1);
    if (spec.terminationKeys.includes(key)) return { collected: { reason: 'terminationKey', match, key }, rest };
    if (index + 1 === spec.maxDigits) return { collected: { reason: 'maxDigits', match: match + key }, rest };
  }
  return undefined;
};

/** `dtmfParams` of getIvrCommand; digits that are not there are left out (D-OPT). */
export const dtmfParams = (
  { reason, match, key }: Collected,
  encryption: Encryption | undefined,
): { readonly [name: string]: Json } => ({
  ...(match !== '' && { dtmfMatch: encrypt(match, encryption) }),
  reason,
  ...(key !== undefined && { matchedTerminationKey: key }),
  ...(encryption && { encryption: { type: encryption.type } }),
});
