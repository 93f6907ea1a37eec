import type { Target } from '../target/types.ts';
import { key } from './key.ts';
import { Redactor } from './redactor.ts';
import { secretsOf } from './secrets.ts';

/** The same text without secrets. `beside`: a longer one that it speaks of, in which tokens are found that it holds a part of. */
export type Tell = (text: string, beside?: string) => string;

/** What a report says of a run in others' words: as `run.json` has it, which is made with the same key. */
export function withoutSecrets<T>(value: T, target: Target): T {
  const redactor = new Redactor(secretsOf(target), key);
  redactor.collect(value);
  return redactor.redacted(value);
}

/**
 * Takes out of what a run says outside of any scenario what is taken out of the evidence of scenarios, with the same key. It is
 * told in many places, and must be the same in all of them: once, before it is told anywhere, and never again.
 */
export function teller(target: Target): Tell {
  const secrets = secretsOf(target);
  return (text, beside = '') => {
    const redactor = new Redactor(secrets, key);
    redactor.collect([text, beside]);
    return redactor.text(text);
  };
}
