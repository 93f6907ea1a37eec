/** What the catalogue asks of applications, held against the demo application: every callback is posted to it. */
import {
  type CallbackName,
  callbackNames,
  isAsking,
  loadCatalogue,
  loadOpenApi,
  type Requirement,
  validateCallbackAnswer,
  validateCallbackBody,
} from '@mediaservice/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoApplication, startDemoApplication } from './application.ts';

let application: DemoApplication;
beforeAll(async () => {
  application = await startDemoApplication();
});
afterAll(() => application.close());

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((found, key) => (isBody(found) ? found[key] : undefined), value);

/** The examples of a callback's body in the OpenAPI document. */
function examplesOf(name: CallbackName): readonly Body[] {
  const media = at(loadOpenApi(), 'webhooks', name, 'post', 'requestBody', 'content', 'application/json');
  const named = Object.values(at(media, 'examples') ?? {}).map((example) => at(example, 'value'));
  const all = [at(media, 'example'), ...named].filter(isBody);
  if (all.length === 0) throw new Error(`${name} has no example`);
  return all;
}

async function post(name: CallbackName, body: unknown): Promise<Answer> {
  const answer = await fetch(`${application.url}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const [text, type] = [await answer.text(), answer.headers.get('content-type') ?? ''];
  return { status: answer.status, type, body: text === '' ? undefined : JSON.parse(text) };
}

const command = (more: Body): Body => ({ sessionId: '9bb07660-c747-11ea-afa0-bd07728b88b7', replyId: 'r', ...more });
const requests: readonly (readonly [CallbackName, Body])[] = [
  ...callbackNames.flatMap((name) => examplesOf(name).map((body) => [name, body] as const)),
  ['getIvrCommand', command({})],
  ['getIvrCommand', command({ dtmfParams: { dtmfMatch: '12', reason: 'terminationKey' } })],
  ['getIvrCommand', command({ dtmfParams: { dtmfMatch: '', reason: 'firstTimeout' } })],
  ['getIvrCommand', command({ replyId: undefined })],
];

/** Each row for applications, as a check of one request and its answer. */
const held: Readonly<Record<string, (name: CallbackName, request: Body, answer: Answer) => void>> = {
  'newcall-answer-action': (name, _request, { status, body }) => {
    if (name === 'newCall') expect([status, at(body, 'action')]).toEqual([200, expect.any(String)]);
  },
  'callevent-answer-action': (name, _request, { status, body }) => {
    if (name === 'callEvent') expect([status, at(body, 'action')]).toEqual([200, expect.any(String)]);
  },
  'getcallidentifier-answer-session-id': (name, request, { body }) => {
    if (name === 'getCallIdentifier') expect(at(body, 'sessionId')).toBe(request.sessionId);
  },
  'getivrcommand-answer-reply-id': (name, request, { body }) => {
    if (name === 'getIvrCommand') expect(at(body, 'replyId')).toBe(request.replyId ?? undefined);
  },
  'ordering-any-2xx': (name, _request, { status }) => {
    if (!isAsking(name)) expect(Math.floor(status / 100)).toBe(2);
  },
  'ordering-json-200': (name, _request, { status, type, body }) => {
    if (isAsking(name)) expect([status, type, isBody(body)]).toEqual([200, 'application/json', true]);
  },
};

const rows: readonly Requirement[] = loadCatalogue().filter(({ role }) => role === 'application');

describe('the demo application', () => {
  it('is held to every row that the catalogue has for applications', () => {
    expect(Object.keys(held).toSorted()).toEqual(rows.map(({ slug }) => slug).toSorted());
  });

  it.each(rows.map(({ slug, text }) => [slug, text] as const))('%s: %s', async (slug) => {
    for (const [name, request] of requests) held[slug]?.(name, request, await post(name, request));
    expect.hasAssertions();
  });

  it.each(requests)('is asked %s as the OpenAPI document says, and answers so: %j', async (name, request) => {
    expect(validateCallbackBody(name, request)).toEqual([]);
    const { body } = await post(name, request);
    if (isAsking(name)) expect(validateCallbackAnswer(name, body)).toEqual([]);
    else expect(body).toBeUndefined();
  });

  it('takes a body that is no JSON for an empty one', async () => {
    const answer = await fetch(`${application.url}/newCall`, { method: 'POST', body: '{' });
    expect(await answer.json()).toEqual({ action: 'ivr' });
  });
});
