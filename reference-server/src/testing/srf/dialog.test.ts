import { describe, expect, it } from 'vitest';
import type { SrfDialog } from './app.ts';
import { type Pair, pair, quiet, sdp, until, uriOf } from './world.ts';

interface Call extends Pair {
  uac: SrfDialog;
  uas: SrfDialog;
}

async function call(options: Parameters<typeof pair>[0] = {}): Promise<Call> {
  const both = await pair(options);
  const answered = new Promise<SrfDialog>((resolve, reject) => {
    both.callee.invite((request, response) => {
      both.callee
        .createUAS(request, response, { localSdp: sdp(4000) })
        .then((dialog) => dialog.once('ack', () => resolve(dialog)), reject);
    });
  });
  const uac = await both.caller.createUAC(uriOf(both.far), { localSdp: sdp(5000) });
  return { ...both, uac, uas: await answered };
}

async function end({ near, far, uac }: Call): Promise<void> {
  await uac.destroy();
  await quiet(near, far);
}

const sides = [
  { from: 'uac', to: 'uas' },
  { from: 'uas', to: 'uac' },
] as const;

describe.each(sides)('inside a dialog, from $from to $to', ({ from, to }) => {
  it.each([
    {
      method: 'INFO',
      event: 'info',
      headers: { 'Content-Type': 'application/dtmf-relay' },
      body: 'Signal=5\r\nDuration=160\r\n',
    },
    { method: 'NOTIFY', event: 'notify', headers: { Event: 'talk', 'Subscription-State': 'active' }, body: '' },
    { method: 'REFER', event: 'refer', headers: { 'Refer-To': '<sip:carol@127.0.0.1>' }, body: '' },
    { method: 'MESSAGE', event: 'message', headers: { 'Content-Type': 'text/plain' }, body: 'hello' },
    { method: 'OPTIONS', event: 'options', headers: {}, body: '' },
    { method: 'UPDATE', event: 'update', headers: { 'Content-Type': 'application/sdp' }, body: sdp(7000) },
  ] as const)('$method and its answer pass', async ({ method, event, headers, body }) => {
    const current = await call();
    const seen: { body: string; id: string }[] = [];
    current[to].on(event, (request, response) => {
      seen.push({ body: request.body, id: request.stackDialogId });
      response.send(202, { headers: { 'X-Seen': 'yes' } });
    });
    const response = await current[from].request({ method, headers: { ...headers }, body });
    expect(response.status).toBe(202);
    expect(response.get('X-Seen')).toBe('yes');
    expect(seen).toEqual([{ body, id: current[to].id }]);
    await end(current);
  });

  it('re-INVITE changes the session', async () => {
    const current = await call();
    current[to].on('modify', (_, response) => response.send(200, { body: sdp(4444) }));
    expect(await current[from].modify(sdp(5555))).toBe(sdp(4444));
    expect(current[from].remote.sdp).toBe(sdp(4444));
    expect(current[to].remote.sdp).toBe(sdp(5555));
    await end(current);
  });

  it('re-INVITE without offer is completed by the ACK', async () => {
    const current = await call();
    current[to].on('modify', (_, response) => response.send(200, { body: sdp(4444) }));
    const acked = new Promise<string>((resolve) => current[to].on('ack', (request) => resolve(request.body)));
    const offer = await current[from].request({ method: 'INVITE', headers: {} });
    expect(offer.status).toBe(200);
    expect(offer.body).toBe(sdp(4444));
    expect(await acked).toBe('');
    await end(current);
  });

  it('a request after the end is refused to the application', async () => {
    const current = await call();
    await current[from].destroy();
    await until(() => expect(current.near.stats().dialogs + current.far.stats().dialogs).toBe(0));
    const refusal = await current[from].request({ method: 'INFO', headers: {} }).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'ENODIALOG' });
    await quiet(current.near, current.far);
  });
});

it('refuses re-INVITEs that cross with 491, and both sides stay in the call', async () => {
  const current = await call();
  for (const side of ['uac', 'uas'] as const) {
    current[side].on('modify', (_, response) => response.send(200, { body: sdp(4444) }));
  }
  const outcomes = await Promise.allSettled([current.uac.modify(sdp(5001)), current.uas.modify(sdp(4001))]);
  const statuses = outcomes.map((each) => (each.status === 'rejected' ? each.reason.status : 200));
  expect(statuses).toContain(491);
  expect(current.near.stats().dialogs).toBe(1);
  expect(current.far.stats().dialogs).toBe(1);
  await end(current);
});

it('sends BYE only after the ACK of its 2xx', async () => {
  const { near, far, caller, callee } = await pair();
  const order: string[] = [];
  callee.invite((request, response) => {
    void callee.createUAS(request, response, { localSdp: sdp(4000) }).then((dialog) => {
      dialog.once('ack', () => order.push('ack'));
      void dialog.destroy().then(() => order.push('bye'));
    });
  });
  await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
  await until(() => expect(order).toEqual(['ack', 'bye']));
  await quiet(near, far);
});

describe('session timers', () => {
  it('are refreshed by the side that promised it', async () => {
    const { near, far, caller, callee } = await pair({ minSe: 1 });
    const refreshed: string[] = [];
    callee.invite((request, response) => {
      void callee.createUAS(request, response, { localSdp: sdp(4000) }).then((dialog) => {
        dialog.on('refresh', () => refreshed.push('refresh'));
      });
    });
    // A second lies between the refresh and the end of a session that misses it: a busy machine must not be late.
    const headers = { Supported: 'timer', 'Session-Expires': '6;refresher=uac' };
    const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000), headers });
    await until(() => expect(refreshed).toHaveLength(1));
    expect(near.stats().dialogs).toBe(1);
    await dialog.destroy();
    await quiet(near, far);
  });

  it('end a session that nobody refreshes, and tell the application', async () => {
    const { near, far, caller, callee } = await pair({ minSe: 1 });
    const ended: string[] = [];
    const acked: string[] = [];
    callee.invite((request, response) => {
      const headers = { 'Session-Expires': '1;refresher=uac', Require: 'timer' };
      void callee.createUAS(request, response, { localSdp: sdp(4000), headers }).then((dialog) => {
        dialog.on('ack', (ack) => acked.push(ack.method));
        dialog.on('destroy', (bye, reason) => ended.push(`${bye.method} ${reason}`));
      });
    });
    await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
    await until(() => expect(acked).toEqual(['ACK']));
    await near.close();
    await until(() => expect(ended).toEqual(['BYE Session timer expired']));
    expect(far.stats().dialogs).toBe(0);
  });

  it('that are too short are refused with 422', async () => {
    const { near, far, caller, callee } = await pair();
    callee.invite((_, response) => response.send(486));
    const headers = { Supported: 'timer', 'Session-Expires': '30' };
    const refusal = await caller.createUAC(uriOf(far), { localSdp: sdp(5000), headers }).catch((error) => error);
    expect(refusal.status).toBe(422);
    expect(refusal.res.get('Min-SE')).toBe('90');
    await quiet(near, far);
  });
});
