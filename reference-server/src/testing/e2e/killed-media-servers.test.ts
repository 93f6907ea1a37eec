/** A server on two FreeSWITCHes that are no stand-ins: they are killed with calls up, come back, and are drained. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tone } from '../../media/core/tone.ts';
import { writeWav } from '../../media/core/wav.ts';
import { type FreeSwitch, noProgram, startFreeSwitch } from '../../media/freeswitch/testing/program.ts';
import type { Call, Refused } from './phone.ts';
import { openStage, type Stage } from './stage.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });
const patiently = { timeout: 30_000, interval: 100 };

describe.skipIf(noProgram)(`two FreeSWITCHes${noProgram === undefined ? '' : ` (skipped: ${noProgram})`}`, () => {
  let first: FreeSwitch;
  let second: FreeSwitch;
  let stage: Stage;
  let calls: Call[] = [];
  beforeAll(async () => {
    [first, second] = await Promise.all([startFreeSwitch(), startFreeSwitch()]);
    stage = await openStage({
      freeswitch: [first, second].map(({ at: { host, port, secret } }) => ({ host, port, secret })),
    });
    await stage.putPrompt('long.wav', Uint8Array.from(writeWav([tone([600], 60_000, { level: 0.3 })], 8000)));
  });
  afterAll(async () => {
    await stage?.close();
    await Promise.all([first, second].map((each) => each?.close()));
  });
  beforeEach(() => {
    stage.app.received.length = 0;
    calls = [];
    stage.app.answer = ({ name, body }) => {
      if (name === 'newCall' && `${body.calledParty}`.startsWith('11'))
        return { action: 'call', destAddr: `sip:bob@${stage.phones.address}` };
      if (name === 'newCall') return { action: 'ivr' };
      if (name === 'getIvrCommand') return { phrases: [{ format: 'file', fileName: 'long.wav' }] };
      return name === 'callEvent' ? { action: 'drop' } : undefined;
    };
  });
  afterEach(async () => {
    for (const call of calls) await call.hangup().catch(() => undefined);
    await expect.poll(() => stage.unrest(), patiently).toEqual([]);
    await expect.poll(channels, patiently).toEqual([0, 0]);
  });

  const channels = () => Promise.all([first, second].map((each) => each.channels()));
  const told = (wanted: string) => stage.app.received.filter(({ name }) => name === wanted).map(({ body }) => body);
  const dial = (number: string): Promise<Call | Refused> => stage.phones.call(stage.uri(number));
  const answered = (result: Call | Refused): Call => {
    if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
    calls.push(result);
    return result;
  };
  const ivr = async () => answered(await dial('1000'));
  const bridged = async () => {
    const there = stage.phones.answerNext();
    const caller = answered(await dial('1100'));
    return { caller, callee: await there };
  };
  const hears = (call: Call): Promise<void> => {
    const before = call.ear.millisecondsOf(600);
    return expect.poll(() => call.ear.millisecondsOf(600), patiently).toBeGreaterThan(before + 200);
  };
  /** A new call is made of this one. */
  const takes = (one: FreeSwitch) =>
    expect.poll(async () => one.made((await ivr()).remoteSdp), { ...patiently, interval: 300 }).toBe(true);

  it('ends every call of one that is killed, spares the others, and uses it again when it is back', async ({
    annotate,
  }) => {
    for (let count = 0; count < 16; count++) await ivr();
    const pairs = [await bridged(), await bridged()];
    await expect.poll(() => told('callAnswered').length, patiently).toBe(18);
    const all = [...calls];
    const lost = all.filter(({ remoteSdp }) => first.made(remoteSdp));
    const kept = all.filter(({ remoteSdp }) => second.made(remoteSdp));
    expect([lost.length, kept.length]).toEqual([9, 9]);
    const callees = pairs.filter(({ caller }) => lost.includes(caller)).map(({ callee }) => callee);
    expect(callees.length).toBe(1);
    await Promise.all(all.slice(0, 16).map(hears));

    const since = performance.now();
    await first.kill();
    await Promise.all([...lost, ...callees].map(({ ended }) => ended));
    await expect.poll(() => told('sessionCompleted').length, patiently).toBe(lost.length);
    const after = Math.round(performance.now() - since);
    await annotate(`${lost.length} calls of ${all.length} were lost, all told after ${after} ms`);
    expect(after).toBeLessThan(10_000);
    expect(told('sessionCompleted').map(({ reason }) => reason)).toEqual(lost.map(() => 'error'));
    expect(new Set(told('sessionCompleted').map(({ sessionId }) => sessionId)).size).toBe(lost.length);
    expect(new Set(told('alarm').map(({ error }) => error))).toEqual(new Set(['mediaServerError']));
    // One for each leg, whatever played on it; nothing of the calls that go on.
    const sessions = new Set(told('sessionCompleted').map(({ sessionId }) => sessionId));
    expect(told('alarm').length).toBe(lost.length + callees.length);
    expect(new Set(told('alarm').map(({ sessionId }) => sessionId))).toEqual(sessions);
    await Promise.all(kept.filter((call) => all.indexOf(call) < 16).map(hears));

    for (let count = 0; count < 4; count++) expect(second.made((await ivr()).remoteSdp)).toBe(true);
    expect(told('sessionCompleted').length).toBe(lost.length);
    await first.start();
    await takes(first);
  });

  it('gives one that drains no new calls, and lets those that it has go on', async () => {
    const before = [await ivr(), await ivr()];
    expect(before.map(({ remoteSdp }) => first.made(remoteSdp)).toSorted()).toEqual([false, true]);
    await first.command('global_setvar mediaservice_draining=true');
    // It has no more calls than the other one: whatever comes first is its own, unless it drains.
    const onOther = async () => {
      const call = answered(await dial('1000'));
      if (second.made(call.remoteSdp)) return true;
      await call.hangup();
      return false;
    };
    await expect.poll(onOther, { ...patiently, interval: 300 }).toBe(true);
    for (let count = 0; count < 4; count++) expect(second.made((await ivr()).remoteSdp)).toBe(true);
    await Promise.all(before.map(hears));
    await first.command('global_setvar mediaservice_draining=false');
    await takes(first);
  });

  it('refuses calls with 503 and an alarm while both are gone, until one is back', async () => {
    await Promise.all([first.kill(), second.kill()]);
    await expect.poll(async () => 'status' in (await dial('1000')), patiently).toBe(true);
    await expect.poll(() => stage.unrest(), patiently).toEqual([]);
    const alarms = told('alarm').length;
    expect(await dial('1000')).toEqual({ status: 503 });
    await expect.poll(() => told('alarm').length, patiently).toBe(alarms + 1);
    expect(told('alarm').at(-1)).toMatchObject({ error: 'mediaServerError' });
    await second.start();
    await takes(second);
    await first.start();
    await takes(first);
  });
});
