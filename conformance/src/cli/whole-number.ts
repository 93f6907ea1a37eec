import { InvalidArgumentError } from 'commander';

/** What no count may exceed. */
export const MOST = 64;

/** For options that count. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MOST)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
  return value;
}
