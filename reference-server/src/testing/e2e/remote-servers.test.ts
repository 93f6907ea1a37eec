/** A server without an engine of its own: SIP servers elsewhere speak drachtio's protocol to it. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type SipEngine, startSipEngine } from '../../sip-engine/engine.ts';
import { openStage, type Stage } from './stage.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const secret = 'between us';
let engines: SipEngine[] = [];
let stage: Stage;
beforeAll(async () => {
  const start = () =>
    startSipEngine({
      sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
      app: { host: '127.0.0.1', port: 0, secret },
    });
  engines = await Promise.all([start(), start()]);
  stage = await openStage({
    drachtio: engines.map(({ appAddress }) => ({ ...appAddress, secret })),
    sip: addressOf(engines[0]),
  });
}, 30_000);
afterAll(async () => {
  await stage?.close();
  for (const engine of engines) await engine.close();
});
afterEach(() => expect.poll(() => stage.unrest(), { timeout: 15_000 }).toEqual([]));

const addressOf = (engine: SipEngine | undefined): string => {
  const [listener] = engine?.sipAddresses ?? [];
  return `${listener?.address}:${listener?.port}`;
};

it('shows no SIP address of its own', () => {
  expect(stage.server.addresses.sip).toEqual([]);
  expect(stage.server.addresses.drachtio).toEqual(engines.map(({ appAddress }) => appAddress));
});

it('takes calls from each of them', async () => {
  stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'drop', dropCode: 'busy' } : undefined);
  for (const engine of engines) {
    expect(await stage.phones.call(`sip:1000@${addressOf(engine)}`)).toEqual({ status: 486 });
  }
  await stage.app.next('sessionCompleted', 2);
});

it('calls out through them in turn', async () => {
  stage.app.answer = ({ name }) => (name === 'getIvrCommand' ? { phrases: [], hangup: true } : undefined);
  const vias: string[] = [];
  for (let i = 1; i <= 2; i++) {
    const answered = stage.phones.answerNext();
    expect((await stage.rest('placeivrcall', { destAddr: `sip:bob@${stage.phones.address}` })).status).toBe(200);
    const call = await answered;
    vias.push(/^Via: \S+ ([^;\s]+)/m.exec(call.request.raw)?.[1] ?? '');
    await call.ended;
  }
  expect(vias.toSorted()).toEqual(engines.map(addressOf).toSorted());
});
