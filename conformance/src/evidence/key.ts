import { randomBytes } from 'node:crypto';

/** One for the whole run, and for nobody else: with it, secrets that are short could be guessed. */
export const key = randomBytes(32);
