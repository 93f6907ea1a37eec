/** The contracts in `spec/pacts`: complete, true to the OpenAPI document, and those of this suite. */
import { readFileSync } from 'node:fs';
import {
  callbackNames,
  isAsking,
  isCallbackName,
  loadCatalogue,
  loadOpenApi,
  operationIds,
  pactUrl,
  validateCallbackAnswer,
  validateCallbackBody,
  validateOperationBody,
} from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import { callbackContract, restContract, type Written } from './committed.ts';
import { restPact, stateNames } from './rest.ts';
import { fileOf } from './types.ts';
import { pactText } from './write.ts';

const nameOf = ({ request }: Written): string => request.path.slice(request.path.lastIndexOf('/') + 1);
const answerOf = ({ whole }: Written): unknown =>
  ['response', 'body', 'content'].reduce<unknown>(
    (here, key) =>
      typeof here === 'object' && here !== null ? Object.entries(here).find(([k]) => k === key)?.[1] : undefined,
    whole,
  );

describe('the contract of the callbacks', () => {
  const { interactions } = callbackContract();

  it.each(callbackNames)('has %s', (name) => {
    expect(interactions.some((one) => nameOf(one) === name)).toBe(true);
  });

  it.each(['drop', 'ivr', 'call', 'httpcall', 'connect'])('has newCall and callEvent answered with %s', (action) => {
    const answered = interactions.filter((one) => JSON.stringify(answerOf(one) ?? {}).includes(`"action":"${action}"`));
    expect(new Set(answered.map(nameOf))).toEqual(new Set(['newCall', 'callEvent']));
  });

  /** No call can raise the first; the others take more than half a minute to raise. */
  const unraised = ['mediaServerError', 'sessionExpired', 'cancelFailed'];

  it('has every alarm that a call of half a minute can raise', () => {
    const { components } = loadOpenApi() as {
      readonly components: { readonly schemas: Record<string, { enum?: string[] }> };
    };
    const fixed = components.schemas.AlarmError?.enum ?? [];
    const alarms = interactions.filter((one) => nameOf(one) === 'alarm').map(({ description }) => description);
    const errors = alarms.map((one) => one.replace(/^alarm \w+: /, ''));
    const raised = fixed.filter((error) => !unraised.includes(error));
    expect(errors.toSorted()).toEqual([...raised, 'Invalid sip address'].toSorted());
  });

  it('has every reason of sessionCompleted, and every event of callEvent with the end of the call', () => {
    const { components } = loadOpenApi() as {
      readonly components: {
        readonly schemas: Record<string, { enum?: string[]; properties?: Record<string, { enum?: string[] }> }>;
      };
    };
    const told = interactions.map(({ description }) => description);
    const { SessionEndReason, CallEventBody } = components.schemas;
    const reasons = SessionEndReason?.enum ?? ['?'];
    const events = CallEventBody?.properties?.event?.enum ?? ['?'];
    expect(told).toEqual(expect.arrayContaining(reasons.map((reason) => `sessionCompleted ${reason}`)));
    expect(told).toEqual(expect.arrayContaining(events.map((event) => `callEvent ${event}, answered with drop`)));
  });

  it.each(['drop', 'ivr', 'call', 'httpcall', 'connect'])(
    'has callEvent of a busy callee answered with %s',
    (action) => {
      const told = interactions.map(({ description }) => description);
      expect(told).toContain(`callEvent calledPartyFailure, answered with ${action}`);
    },
  );

  it.each([
    'getIvrCommand, answered with phrases (echo)',
    'newRemoteCall, answered with nothing',
    'sessionCompleted maxDuration',
  ])('has %s', (description) => {
    expect(interactions.map((one) => one.description)).toContain(description);
  });

  it.each(interactions.map((one) => [one.description, one] as const))('%s is as the document says', (_, one) => {
    const name = nameOf(one);
    if (!isCallbackName(name)) throw new Error(`There is no callback ${name}`);
    expect(validateCallbackBody(name, one.request.body)).toEqual([]);
    if (isAsking(name)) expect(validateCallbackAnswer(name, answerOf(one))).toEqual([]);
  });
});

describe('the contract of the operations', () => {
  const { interactions } = restContract();
  const slugs = new Set(loadCatalogue().map(({ slug }) => slug));

  it('is the one that this suite writes', async () => {
    const pact = restPact();
    expect(readFileSync(pactUrl(fileOf(pact)), 'utf8')).toBe(await pactText(pact));
  });

  it.each(operationIds)('has %s taken, and refused for each reason that it can have', (operation) => {
    const statuses = interactions.filter((one) => nameOf(one) === operation.toLowerCase()).map(({ status }) => status);
    expect(statuses).toEqual(
      expect.arrayContaining(
        [200, 400, 401, 403, 404].filter((status) => operation !== 'placeRemoteCall' || status !== 404),
      ),
    );
  });

  it.each(interactions.map((one) => [one.description, one] as const))('%s names what it shows', (_, one) => {
    expect(one.requirements.filter((slug) => !slugs.has(slug))).toEqual([]);
    expect(one.requirements.length).toBeGreaterThan(0);
    expect(stateNames).toEqual(expect.arrayContaining([...one.states]));
    const operation = operationIds.find((id) => id.toLowerCase() === nameOf(one));
    if (operation === undefined) throw new Error('It is of no operation');
    // What is refused with 400 breaks the document, or names a value that it cannot know to be wrong.
    if (one.status !== 400) expect(validateOperationBody(operation, one.request.body)).toEqual([]);
  });
});
