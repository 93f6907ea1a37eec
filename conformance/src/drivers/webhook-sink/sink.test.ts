import { loadOpenApi, webhooksAsPaths } from '@mediaservice/spec';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunClock } from '../../harness/timeline.ts';
import { createJudge } from '../prism-proxy/judge.ts';
import { startTap } from '../prism-proxy/tap.ts';
import type { Exchange, PrismTap } from '../prism-proxy/types.ts';
import { startSink } from './sink.ts';
import type { Callback, CallbackExpectation, WebhookSink } from './types.ts';

const host = '127.0.0.1';
const clock: RunClock = { epoch: Date.now(), now: () => performance.now() };
const sessionId = '9bb07660-c747-11ea-afa0-bd07728b88b7';

describe('the webhook sink behind its tap', () => {
  let sink: WebhookSink;
  let tap: PrismTap;
  const strays: string[] = [];
  const open: CallbackExpectation[] = [];
  beforeAll(async () => {
    const judge = await createJudge(webhooksAsPaths(loadOpenApi()));
    sink = await startSink({
      clock,
      host,
      alarmPath: '/alarms/here',
      stepMs: 500,
      onUnclaimed: (one) => strays.push(one.name),
    });
    tap = await startTap({
      ...{ clock, host, upstream: sink.url, judge, culprits: ['target', 'application'], marks: true },
      pathOf: (url) => (url === '/alarms/here' ? '/alarm' : url.replace('/cb', '')),
      onExchange: (exchange) => sink.report(exchange),
    });
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.release();
  });
  afterAll(async () => {
    await tap.close();
    await sink.close();
  });

  const expectation = (number: string): { webhooks: CallbackExpectation; exchanges: Exchange[] } => {
    const exchanges: Exchange[] = [];
    const webhooks = sink.expectation((exchange) => exchanges.push(exchange)).claim({ number });
    open.push(webhooks);
    return { webhooks, exchanges };
  };
  const send = async (name: string, body: unknown, dispatcher?: Agent): Promise<{ status: number; text: string }> => {
    const url = name === 'alarm' ? `${tap.url}/alarms/here` : `${tap.url}/cb/${name}`;
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payload,
      ...(dispatcher && { dispatcher }),
    });
    return { status: response.statusCode, text: await response.body.text() };
  };
  const newCall = (calledParty: string, id = sessionId): object => ({
    sessionId: id,
    calledParty,
    callingParty: '+4670',
    sipCallId: `call of ${id}`,
  });

  it('answers each scenario by its own script, and tells callbacks of a session by its id', async () => {
    const one = expectation('100').webhooks.on('newCall', { action: 'ivr' });
    const two = expectation('200').webhooks.on('newCall', { action: 'drop', dropCode: 'busy' });
    const [a, b] = await Promise.all([send('newCall', newCall('100', 's-1')), send('newCall', newCall('200', 's-2'))]);
    expect([a, b].map(({ text }) => JSON.parse(text))).toEqual([
      { action: 'ivr' },
      { action: 'drop', dropCode: 'busy' },
    ]);
    await send('sessionCompleted', { sessionId: 's-2', reason: 'rejected' });
    expect(one.sequence()).toEqual(['newCall']);
    expect(two.sequence()).toEqual(['newCall', 'sessionCompleted']);
    expect((await two.next('sessionCompleted')).body.reason).toBe('rejected');
    expect(two.sessions()).toEqual(['s-2']);
  });

  it.each([
    [
      'the session reference, whatever the order of its keys',
      { reference: { a: 1, b: [2] } },
      'callAnswered',
      { sessionReferenceId: { b: [2], a: 1 }, replyId: 'r' },
    ],
    ['a party', { user: '+467099' }, 'callNotify', { event: 'ringing', sessionId: 'x', remoteUser: '+467099' }],
    [
      'the destination of a remote call',
      { number: 'ua1' },
      'newRemoteCall',
      { replyId: 'r2', callId: 'c', destinationUri: 'sip:ua1@acme.example' },
    ],
    [
      'the session of an alarm',
      { session: 's-9' },
      'alarm',
      { type: 'ivrCommandError', error: 'phraseError', sessionId: 's-9', domain: 'd' },
    ],
    [
      'the domain of an alarm without session',
      { alarmDomain: 'd9' },
      'alarm',
      { type: 'sessionError', error: 'maxDuration', domain: 'd9' },
    ],
    [
      'the domain of an alarm whose session nobody knows',
      { alarmDomain: 'd10' },
      'alarm',
      { type: 'newCallEventError', error: 'newCall request failed', domain: 'd10', sessionId: 's-unknown' },
    ],
  ] as const)('tells whose a callback is by %s', async (_, key, name, body) => {
    const webhooks = sink.expectation().claim(key);
    open.push(webhooks);
    await send(name, body);
    expect(webhooks.sequence()).toEqual([name]);
  });

  it('gives a party who came from another session to the one whose reference is told, where sessionId is left out', async () => {
    const waits = expectation('320').webhooks.claim({ reference: 'waits' });
    const joins = expectation('330').webhooks.claim({ reference: 'joins' });
    await send('callAnswered', { sessionReferenceId: 'waits', replyId: 'r-w', callerParticipantId: 'p-w' });
    await send('callAnswered', {
      ...{ sessionReferenceId: 'joins', replyId: 'r-j' },
      ...{ callerParticipantId: 'p-j', calleeParticipantId: 'p-w' },
    });
    expect([waits.sequence(), joins.sequence()]).toEqual([['callAnswered'], ['callAnswered']]);
  });

  it('breaks an answer off in its middle', async () => {
    const { webhooks } = expectation('310');
    webhooks.on('newCall', { answer: { json: { action: 'ivr' }, ending: 'cut' } });
    const response = await request(`${tap.url}/cb/newCall`, { method: 'POST', body: JSON.stringify(newCall('310')) });
    expect(response.statusCode).toBe(200);
    await expect(response.body.text()).rejects.toThrow();
  });

  it('lets an answer trickle for as long as somebody listens', async () => {
    const { webhooks } = expectation('320');
    webhooks.on('newCall', { answer: { json: {}, ending: 'trickle' } });
    const response = await request(`${tap.url}/cb/newCall`, { method: 'POST', body: JSON.stringify(newCall('320')) });
    const first = await response.body.take(1).toArray();
    expect(Buffer.concat(first).toString()).toBe('{');
    const callback = await webhooks.next('newCall');
    await callback.answered;
  });

  it('goes through a list of answers, the last one for all that follow, and asks functions', async () => {
    const { webhooks } = expectation('300');
    webhooks.on('getIvrCommand', [
      { getIVRCommandAfter: 1 },
      (callback: Callback, nth: number) => ({ replyId: `${callback.name} ${nth}` }),
    ]);
    await send('newCall', newCall('300', 's-3'));
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(JSON.parse((await send('getIvrCommand', { sessionId: 's-3' })).text));
    expect(answers).toEqual([
      { getIVRCommandAfter: 1 },
      { replyId: 'getIvrCommand 1' },
      { replyId: 'getIvrCommand 2' },
    ]);
  });

  it('drops calls that nobody expects, and tells of them', async () => {
    expect(JSON.parse((await send('newCall', newCall('999', 's-999'))).text)).toEqual({ action: 'drop' });
    expect(sink.unclaimed().at(-1)?.body.calledParty).toBe('999');
    expect(strays).toContain('newCall');
  });

  it.each([
    ['what an expectation that was given up knew', true, { sessionId: 's-up', reason: 'rejected' }, []],
    ['what one that was released knew', false, { sessionId: 's-up', reason: 'rejected' }, ['sessionCompleted']],
    ['an alarm of its domain', true, { type: 'sessionError', error: 'maxDuration', domain: 'd-up' }, ['alarm']],
  ] as const)('of %s tells only what is told of nobody', async (_, givenUp, body, told) => {
    const webhooks = sink.expectation().claim({ session: 's-up' }).claim({ alarmDomain: 'd-up' });
    webhooks.release();
    if (givenUp) sink.giveUp(webhooks);
    const before = strays.length;
    await send('domain' in body ? 'alarm' : 'sessionCompleted', body);
    expect(strays.slice(before)).toEqual(told);
  });

  it.each([
    ['a status', { status: 503 }, { status: 503, text: '' }],
    ['HTML', { raw: '<h1>no</h1>', contentType: 'text/html' }, { status: 200, text: '<h1>no</h1>' }],
    ['broken JSON', { raw: '{"action":' }, { status: 200, text: '{"action":' }],
    ['nothing', { raw: '' }, { status: 200, text: '' }],
  ])('can answer %s, byte by byte, and nobody is blamed', async (_, answer, expected) => {
    const { webhooks, exchanges } = expectation('400');
    webhooks.on('newCall', { answer });
    expect(await send('newCall', newCall('400', crypto.randomUUID()))).toEqual(expected);
    await expect.poll(() => exchanges.length).toBe(1);
    expect(exchanges[0]?.violations.filter((one) => !one.intended)).toEqual([]);
  });

  it('can reset the connection, hang, and be slow', async () => {
    const { webhooks, exchanges } = expectation('500');
    webhooks.on('newCall', [
      { answer: { reset: true } },
      { answer: { hang: true } },
      { answer: { json: { action: 'drop' }, delayMs: 60 } },
    ]);
    await expect(send('newCall', newCall('500', 's-5'))).rejects.toThrow();
    const patience = new AbortController();
    const hanging = request(`${tap.url}/cb/newCall`, {
      method: 'POST',
      body: JSON.stringify(newCall('500', 's-5')),
      signal: patience.signal,
    });
    const refused = expect(hanging).rejects.toThrow();
    await expect.poll(() => webhooks.all().length).toBe(2);
    patience.abort();
    await refused;
    const began = performance.now();
    expect((await send('newCall', newCall('500', 's-5'))).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
    await expect.poll(() => exchanges.map((one) => one.status)).toEqual([0, 0, 200]);
  });

  it('says what came instead of what was waited for', async () => {
    const { webhooks } = expectation('600');
    await send('newCall', newCall('600', 's-6'));
    await expect(webhooks.next('callAnswered', { within: 30 })).rejects.toThrow(
      'No callAnswered callback within 0.03 s; callbacks so far: newCall',
    );
  });

  it('sees whether a connection is kept', async () => {
    const { webhooks } = expectation('700');
    const agent = new Agent({ connections: 1 });
    await send('newCall', newCall('700', 's-7'), agent);
    await send('sessionCompleted', { sessionId: 's-7' }, agent);
    expect(webhooks.all().map((one) => one.reused)).toEqual([false, true]);
    await agent.close();
  });

  it('blames the target for a callback that breaks the schema, the application for an answer that does', async () => {
    const { webhooks, exchanges } = expectation('800');
    webhooks.on('newCall', { action: 42 });
    await send('newCall', { ...newCall('800', 's-8'), copyHeaders: 'not a list' });
    await expect.poll(() => exchanges.length).toBe(1);
    const blamed = exchanges[0]?.violations.map(({ culprit, where, pointer, intended }) => ({
      culprit,
      where,
      pointer,
      intended,
    }));
    expect(blamed).toContainEqual({
      culprit: 'target',
      where: 'request',
      pointer: '/body/copyHeaders',
      intended: false,
    });
    expect(blamed).toContainEqual({
      culprit: 'application',
      where: 'response',
      pointer: '/body/action',
      intended: false,
    });
  });

  it('blames the target for a callback that is not JSON', async () => {
    await send('newCall', '{"calledParty": "900",');
    await expect
      .poll(() =>
        tap.violations().some((one) => one.culprit === 'target' && one.where === 'request' && one.pointer === '/body'),
      )
      .toBe(true);
  });
});
