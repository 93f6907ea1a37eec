/** An application that misbehaves costs its own call and nobody else's: the alarm of D-ALARM, and a final response. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Misbehaviour } from '../webhook-app.ts';
import { domain, openStage, type Stage } from './stage.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 30_000);
afterAll(() => stage?.close());
beforeEach(() => {
  stage.app.received.length = 0;
  stage.app.answer = () => undefined;
  stage.app.misbehave = () => undefined;
});
afterEach(() => expect.poll(() => stage.unrest(), { timeout: 15_000 }).toEqual([]));

const faults: [string, Misbehaviour][] = [
  ['is slow', 'silence'],
  ['hangs up', 'reset'],
  ['answers 500', { status: 500, body: '{}' }],
  ['answers 404', { status: 404, body: '{}' }],
  ['answers HTML', { type: 'text/html', body: '<p>hello</p>' }],
  ['answers broken JSON', { body: '{"action"' }],
  ['answers what is no object', { body: '"ivr"' }],
  ['nests without end', { body: '['.repeat(100_000) }],
];

describe('newCall: the caller gets 480 when the application', () => {
  it.each(faults)('%s', async (_name, fault) => {
    stage.app.misbehave = ({ name }) => (name === 'newCall' ? fault : undefined);
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status: 480 });
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'newCallEventError', domain });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
    expect(stage.app.received.filter(({ name }) => name === 'newCall')).toHaveLength(1);
  });
});

describe('getIvrCommand: the call is ended when the application', () => {
  it.each(faults)('%s', async (_name, fault) => {
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : undefined);
    stage.app.misbehave = ({ name }) => (name === 'getIvrCommand' ? fault : undefined);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    await call.ended;
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', domain });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
  });

  it.each<[string, string, object]>([
    ['asks for nothing at all', 'IVR command failed', {}],
    ['answers with nothing', 'Empty body in getIvrCommand response', { empty: true }],
  ])('%s', async (_name, error, answer) => {
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : JSON.parse(JSON.stringify(answer)));
    stage.app.misbehave = ({ name }) => (name === 'getIvrCommand' && 'empty' in answer ? { body: '' } : undefined);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', error });
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
  });

  it('names a prompt that is not there: the alarm tells, and the rest of the command is done', async () => {
    const answer = { phrases: [{ format: 'file', fileName: 'none.wav' }], hangup: true };
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : answer);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', error: 'phraseError' });
    await call.ended;
    await stage.app.next('sessionCompleted');
  });
});
