/** A server on two drachtio-servers that are no stand-ins: they are killed with calls up, and come back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tone } from '../../media/core/tone.ts';
import { writeWav } from '../../media/core/wav.ts';
import { type FreeSwitch, noProgram as noFreeSwitch, startFreeSwitch } from '../../media/freeswitch/testing/program.ts';
import { type DrachtioServer, noProgram, startDrachtioServer } from '../../signalling/testing/program.ts';
import type { Call, Refused } from './phone.ts';
import { openStage, type Stage } from './stage.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });
const patiently = { timeout: 40_000, interval: 100 };

describe.each([
  { media: 'in the process', missing: noProgram },
  { media: 'on a FreeSWITCH', missing: noProgram ?? noFreeSwitch },
])('two drachtio-servers, media $media', ({ media, missing }) => {
  const title = missing === undefined ? '' : ` (skipped: ${missing})`;
  let servers: DrachtioServer[] = [];
  let freeSwitch: FreeSwitch | undefined;
  let stage: Stage;
  let calls: Call[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    servers = [await startDrachtioServer(), await startDrachtioServer()];
    if (media === 'on a FreeSWITCH') freeSwitch = await startFreeSwitch();
    stage = await openStage({
      drachtio: servers.map(({ at }) => at),
      freeswitch: freeSwitch === undefined ? [] : [freeSwitch.at],
    });
    await stage.putPrompt('long.wav', Uint8Array.from(writeWav([tone([600], 60_000, { level: 0.3 })], 8000)));
  });
  afterAll(async () => {
    await stage?.close();
    await Promise.all([...servers, freeSwitch].map((each) => each?.close()));
  });
  beforeEach(() => {
    if (missing !== undefined) return;
    stage.app.received.length = 0;
    calls = [];
    stage.app.answer = ({ name }) => {
      if (name === 'newCall') return { action: 'ivr' };
      if (name === 'getIvrCommand') return { phrases: [{ format: 'file', fileName: 'long.wav' }] };
      return name === 'callEvent' ? { action: 'drop' } : undefined;
    };
  });
  afterEach(async () => {
    if (missing !== undefined) return;
    // Nobody is left to answer the BYE of a call whose server died.
    for (const call of calls) void call.hangup().catch(() => undefined);
    await expect.poll(() => stage.unrest(), patiently).toEqual([]);
    if (freeSwitch !== undefined) await expect.poll(() => freeSwitch?.channels(), patiently).toBe(0);
  });

  const told = (wanted: string) => stage.app.received.filter(({ name }) => name === wanted).map(({ body }) => body);
  const dial = async (by: DrachtioServer | undefined): Promise<Call | Refused> => {
    const result = await stage.phones.call(`sip:1000@${by?.sip}`);
    if (!('status' in result)) calls.push(result);
    return result;
  };
  const ivr = async (by: DrachtioServer | undefined): Promise<Call> => {
    const result = await dial(by);
    if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
    return result;
  };
  const takes = (by: DrachtioServer | undefined): Promise<void> =>
    expect.poll(async () => 'status' in (await dial(by)), { ...patiently, interval: 500 }).toBe(false);
  const hears = (call: Call): Promise<void> => {
    const before = call.ear.millisecondsOf(600);
    return expect.poll(() => call.ear.millisecondsOf(600), patiently).toBeGreaterThan(before + 200);
  };
  /** A call from us comes by this one. */
  const callsOut = async (): Promise<string> => {
    const there = stage.phones.answerNext();
    expect((await stage.rest('placeivrcall', { destAddr: `sip:bob@${stage.phones.address}` })).status).toBe(200);
    const call = await there;
    calls.push(call);
    await hears(call);
    return /^Via: \S+ ([^;\s]+)/m.exec(call.request.raw)?.[1] ?? '';
  };

  it.skipIf(missing)(
    `one is killed: its calls are told, the others go on, and it is used again when it is back${title}`,
    async ({ annotate }) => {
      const [first, second] = servers;
      const lost = [await ivr(first), await ivr(first), await ivr(first)];
      const kept = [await ivr(second), await ivr(second)];
      await Promise.all([...lost, ...kept].map(hears));
      const since = performance.now();
      await first?.kill();
      await expect.poll(() => told('sessionCompleted').length, patiently).toBe(lost.length);
      await annotate(`all told after ${Math.round(performance.now() - since)} ms`);
      expect(told('sessionCompleted').map(({ reason }) => reason)).toEqual(lost.map(() => 'error'));
      await Promise.all(kept.map(hears));
      expect([await callsOut(), await callsOut()]).toEqual([second?.sip, second?.sip]);
      await hears(await ivr(second));
      expect(told('sessionCompleted').length).toBe(lost.length);

      await first?.start();
      await takes(first);
      await hears(await ivr(first));
      expect([await callsOut(), await callsOut()].toSorted()).toEqual(servers.map(({ sip }) => sip).toSorted());
    },
  );

  it.skipIf(missing)(`both are killed: calls that we make fail, until one is back${title}`, async () => {
    await Promise.all(servers.map((each) => each.kill()));
    expect((await stage.rest('placeivrcall', { destAddr: `sip:bob@${stage.phones.address}` })).status).toBe(200);
    await expect.poll(() => told('sessionCompleted').length, patiently).toBe(1);
    const [first, second] = servers;
    await second?.start();
    await takes(second);
    await hears(await ivr(second));
    await first?.start();
    await takes(first);
  });
});
