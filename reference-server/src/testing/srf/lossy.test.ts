import { expect, it } from 'vitest';
import type { SrfDialog } from './app.ts';
import { lossyRelay } from './lossy-relay.ts';
import { empty, pair, sdp, until } from './world.ts';

/** A tenth of the usual: 64·T1 is 3.2 s. */
const timers = { t1: 50, t2: 400, t4: 500, d: 3200 };
const calls = 60;
/** So many are set up at once, so that the processor is not what loses them. */
const atOnce = 12;

it('completes every call of real applications over a network that loses, repeats and reorders a fifth', async () => {
  const { near, far, caller, callee } = await pair({ sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }], timers });
  const port = (of: typeof near) => of.sipAddresses[0]?.port ?? 0;
  const weather = { loss: 0.2, duplication: 0.2, minDelay: 0, maxDelay: 30 };
  const relay = await lossyRelay(port(near), port(far), 5, weather);
  // Each side is known to the other by the relay's address alone.
  const contact = (by: number) => ({ Contact: `<sip:127.0.0.1:${by}>` });
  const acked = new Map<string, SrfDialog>();
  const ended: string[] = [];
  callee.invite((request, response) => {
    response.send(180, { headers: contact(relay.towardsFar) });
    void callee
      .createUAS(request, response, { localSdp: sdp(4000), headers: contact(relay.towardsFar) })
      .then((dialog) => {
        dialog.once('ack', () => acked.set(dialog.sip.callId, dialog));
        dialog.on('destroy', (bye) => ended.push(`${bye.method} ${dialog.sip.callId}`));
      });
  });
  const placed: SrfDialog[] = [];
  const place = async (): Promise<void> => {
    for (let count = 0; count < calls / atOnce; count++) {
      const options = { localSdp: sdp(5000), headers: contact(relay.towardsNear) };
      placed.push(await caller.createUAC(`sip:bob@127.0.0.1:${relay.towardsFar}`, options));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, place));
  await until(() => expect(acked.size).toBe(calls));
  expect(placed.map((dialog) => dialog.remote.sdp)).toEqual(placed.map(() => sdp(4000)));
  // One half is ended by the caller, the other by the callee.
  const byCallee = placed.slice(calls / 2).map(({ sip }) => acked.get(sip.callId));
  await Promise.all([...placed.slice(0, calls / 2), ...byCallee].map((dialog) => dialog?.destroy()));
  await until(() => expect(ended).toHaveLength(calls / 2));
  expect(ended.toSorted()).toEqual(
    placed
      .slice(0, calls / 2)
      .map(({ sip }) => `BYE ${sip.callId}`)
      .toSorted(),
  );
  await empty(near, far);
  const { came, lost, doubled, overtaken } = relay.tally;
  expect(came).toBeGreaterThan(calls * 6);
  expect(lost / (came + doubled)).toBeCloseTo(0.2, 1);
  expect(doubled / came).toBeCloseTo(0.2, 1);
  expect(overtaken / came).toBeGreaterThan(0.2);
});
