/** Pact files, written by Pact's own library and then put into an order that never changes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConsumerPact } from '@pact-foundation/pact-core';
import { isObject } from '../drivers/http.ts';
import { type FromState, fileOf, type Interaction, type Pact } from './types.ts';

/** `FfiSpecificationVersion` of version 4 in the library. */
const specification4 = 5;

/**
 * The text of a pact file of specification 4.
 * @throws when the library refuses an interaction.
 */
export async function pactText(pact: Pact): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaservice-pact-'));
  try {
    const file = makeConsumerPact(pact.consumer, pact.provider, specification4, 'error');
    for (const interaction of pact.interactions) add(file, interaction);
    file.writePactFile(folder, false);
    const written: unknown = JSON.parse(await readFile(join(folder, fileOf(pact)), 'utf8'));
    return `${JSON.stringify(inOrder(pact, written), null, 2)}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function add(file: ReturnType<typeof makeConsumerPact>, one: Interaction): void {
  const { request, response } = one;
  const entry = file.newInteraction(one.description);
  for (const { name, params } of one.states) {
    if (params === undefined) entry.given(name);
    else entry.givenWithParams(name, JSON.stringify(params));
  }
  if (one.requirements.length > 0)
    entry.addInteractionReference('mediaservice', 'requirements', one.requirements.join(' '));
  entry.withRequest('POST', text(request.path));
  for (const [name, value] of Object.entries(request.headers)) entry.withRequestHeader(name, 0, text(value));
  entry.withRequestBody(JSON.stringify(withStates(request.body.value, request.stated)), 'application/json');
  if (Object.keys(request.body.rules).length > 0)
    entry.withRequestMatchingRules(JSON.stringify({ body: request.body.rules }));
  entry.withStatus(response.status === '2xx' ? 200 : response.status);
  if (response.body !== undefined) entry.withResponseBody(JSON.stringify(response.body.value), 'application/json');
  const rules = {
    ...(response.body !== undefined && Object.keys(response.body.rules).length > 0 && { body: response.body.rules }),
    ...(response.status === '2xx' && {
      status: { combine: 'AND', matchers: [{ match: 'statusCode', status: 'success' }] },
    }),
    // `application/json; charset=utf-8` is JSON, too.
    ...(response.body !== undefined && {
      header: { 'Content-Type': { combine: 'AND', matchers: [{ match: 'regex', regex: '^application/json(;.*)?$' }] } },
    }),
  };
  if (Object.keys(rules).length > 0) entry.withResponseMatchingRules(JSON.stringify(rules));
}

const stated = ({ example, expression }: FromState): object => ({
  'pact:matcher:type': 'type',
  value: example,
  'pact:generator:type': 'ProviderState',
  expression,
});
const text = (value: string | FromState): string => (typeof value === 'string' ? value : JSON.stringify(stated(value)));

function withStates(body: unknown, given: Readonly<Record<string, FromState>> = {}): unknown {
  if (!isObject(body)) return body;
  const own = Object.entries(given).map(([name, value]) => [name, stated(value)]);
  return { ...body, ...Object.fromEntries(own) };
}

/** The interactions in our order, without the version of the library that happened to write them. */
function inOrder(pact: Pact, written: unknown): unknown {
  if (!isObject(written) || !Array.isArray(written.interactions)) throw new Error('Pact wrote no interactions');
  const place = new Map(pact.interactions.map(({ description }, i) => [description, i]));
  const rank = (one: unknown): number => place.get(isObject(one) ? String(one.description) : '') ?? -1;
  const interactions: readonly unknown[] = written.interactions.map(withStatusRule);
  return {
    consumer: written.consumer,
    provider: written.provider,
    interactions: interactions.toSorted((a, b) => rank(a) - rank(b)),
    metadata: { pactSpecification: { version: '4.0' } },
  };
}

/** The library puts the rule for the status below an empty name, where version 4 of the specification has none. */
function withStatusRule(interaction: unknown): unknown {
  if (!isObject(interaction) || !isObject(interaction.response)) return interaction;
  const { matchingRules } = interaction.response;
  if (!isObject(matchingRules) || !isObject(matchingRules.status)) return interaction;
  const response = {
    ...interaction.response,
    matchingRules: { ...matchingRules, status: matchingRules.status[''] ?? matchingRules.status },
  };
  return { ...interaction, response };
}
