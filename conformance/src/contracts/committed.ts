/** The contracts that the specification brings along, as they lie in `spec/pacts`. */
import { readFileSync } from 'node:fs';
import { pactUrl } from '@mediaservice/spec';
import { isObject } from '../drivers/http.ts';
import { fileOf, sides } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/** An interaction of a pact file, as far as the suite reads it. */
export interface Written {
  readonly description: string;
  /** As it stands in the file. */
  readonly whole: Json;
  readonly states: readonly string[];
  readonly request: { readonly path: string; readonly body: unknown };
  readonly status: number;
  readonly requirements: readonly string[];
}

/** A pact file. */
export class PactFile {
  readonly #whole: Json;
  readonly interactions: readonly Written[];

  /** @throws when it is none. */
  constructor(text: string) {
    const whole: unknown = JSON.parse(text);
    if (!isObject(whole) || !Array.isArray(whole.interactions))
      throw new Error('It is no pact: it has no interactions');
    this.#whole = whole;
    this.interactions = whole.interactions.map(written);
  }

  /** The text of a pact file with one of the interactions alone. */
  alone(one: Written): string {
    return JSON.stringify({ ...this.#whole, interactions: [one.whole] });
  }
}

function written(whole: unknown): Written {
  const at = (...keys: readonly string[]): unknown =>
    keys.reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), whole);
  if (!isObject(whole)) throw new Error('It is no pact: an interaction is no object');
  const states: unknown = whole.providerStates;
  const told = at('comments', 'references', 'mediaservice', 'requirements');
  return {
    description: String(whole.description),
    whole,
    states: Array.isArray(states) ? states.map((one: unknown) => (isObject(one) ? String(one.name) : '')) : [],
    request: { path: String(at('request', 'path')), body: at('request', 'body', 'content') },
    status: Number(at('response', 'status')),
    requirements: typeof told === 'string' ? told.split(' ') : [],
  };
}

/** What the service asks and tells applications. */
export const callbackContract = (): PactFile => read({ consumer: sides.service, provider: sides.application });

/** What applications ask of the service. */
export const restContract = (): PactFile => read({ consumer: sides.application, provider: sides.service });

function read(pact: { readonly consumer: string; readonly provider: string }): PactFile {
  return new PactFile(readFileSync(pactUrl(fileOf(pact)), 'utf8'));
}
