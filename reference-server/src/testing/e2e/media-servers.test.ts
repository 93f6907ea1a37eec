/** A server whose media FreeSWITCHes make: stand-ins, which make no sound, but live and die. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { tone } from '../../media/core/tone.ts';
import { writeWav } from '../../media/core/wav.ts';
import { type StandIn, startStandIn } from '../../media/freeswitch/testing/stand-in.ts';
import type { Call, Refused } from './phone.ts';
import { openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let standIns: StandIn[] = [];
let stage: Stage;
beforeAll(async () => {
  standIns = await Promise.all([startStandIn(), startStandIn()]);
  stage = await openStage({ freeswitch: standIns.map(({ at: { host, port, secret } }) => ({ host, port, secret })) });
  stage.app.answer = ({ name }) => {
    if (name === 'newCall') return { action: 'ivr' };
    return name === 'getIvrCommand' ? { phrases: [], dtmf: { maxDigits: 1, firstTimeout: 60 } } : undefined;
  };
});
afterAll(async () => {
  await stage?.close();
  for (const each of standIns) await each.crash();
});
afterEach(async () => {
  await expect.poll(() => stage.unrest(), { timeout: 15_000 }).toEqual([]);
  stage.app.received.length = 0;
});

const answered = (result: Call | Refused): Call => {
  if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
  return result;
};
const channels = () => standIns.map((each) => each.channels.filter(({ over }) => !over).length);

it('spreads calls over them, and gives each channel back', async () => {
  const calls = [
    answered(await stage.phones.call(stage.uri('1000'))),
    answered(await stage.phones.call(stage.uri('1001'))),
  ];
  expect(channels()).toEqual([1, 1]);
  await stage.app.next('getIvrCommand', 2);
  for (const call of calls) await call.hangup();
  await stage.app.next('sessionCompleted', 2);
  await expect.poll(channels).toEqual([0, 0]);
});

it('hears keys of them', async () => {
  const call = answered(await stage.phones.call(stage.uri('1000')));
  await stage.app.next('getIvrCommand');
  standIns.flatMap((each) => each.channels.filter(({ over }) => !over))[0]?.event('DTMF', { 'DTMF-Digit': '7' });
  expect((await stage.app.next('getIvrCommand', 2)).body).toMatchObject({ dtmfBuffer: '7' });
  await call.hangup();
});

it('ends the calls of one that dies, with one alarm and callback, and takes new ones on the other, then on both', async () => {
  await stage.putPrompt('long.wav', Uint8Array.from(writeWav([tone([600], 1000, { level: 0.3 })], 8000)));
  const ask = stage.app.answer;
  stage.app.answer = (request) =>
    // A stand-in plays for ever.
    request.name === 'getIvrCommand' ? { phrases: [{ format: 'file', fileName: 'long.wav' }] } : ask(request);
  const plays = () =>
    standIns.map(({ commands }) => commands.filter((each) => each.startsWith('uuid_displace')).length);
  const calls = [
    answered(await stage.phones.call(stage.uri('1000'))),
    answered(await stage.phones.call(stage.uri('1001'))),
  ];
  await expect.poll(plays).toEqual([1, 1]);
  const [first, second] = standIns;
  if (first === undefined || second === undefined) throw new Error('two stand-ins');
  await first.crash();
  expect((await stage.app.next('alarm')).body).toMatchObject({ error: 'mediaServerError' });
  expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
  const going = new Set(calls);
  for (const call of calls) void call.ended.then(() => going.delete(call));
  await expect.poll(() => going.size).toBe(1);
  expect(
    stage.app.received
      .map(({ name }) => name)
      .filter((name) => /alarm|Completed/.test(name))
      .toSorted(),
  ).toEqual(['alarm', 'sessionCompleted']);
  going.add(answered(await stage.phones.call(stage.uri('1002'))));
  expect(second.channels.filter(({ over }) => !over)).toHaveLength(2);

  const back = await startStandIn(first.at.port, first.sipPort);
  standIns[0] = back;
  const taken = async (): Promise<number> => {
    going.add(answered(await stage.phones.call(stage.uri('1003'))));
    return back.channels.length;
  };
  await expect.poll(taken, { timeout: 15_000, interval: 300 }).toBeGreaterThan(0);
  for (const call of going) await call.hangup();
});
