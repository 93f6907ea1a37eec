import { expect, it } from 'vitest';
import { finalOf, type SrfDialog } from './app.ts';
import { app, empty, engine, fastTimers, pair, quiet, sdp, until, uriOf } from './world.ts';

it('relays a call with createB2BUA, and what happens inside it', async () => {
  const { near, far, caller, callee } = await pair();
  const end = await engine();
  const last = await app(end);
  last.invite((request, response) => {
    response.send(183, { body: sdp(3000) });
    void last.createUAS(request, response, { localSdp: sdp(3000), headers: { 'X-Leg': 'last' } });
  });
  const legs: { uas: SrfDialog; uac: SrfDialog }[] = [];
  callee.invite((request, response) => {
    const options = { proxyRequestHeaders: ['X-Trace'], proxyResponseHeaders: ['X-Leg'] };
    void callee.createB2BUA(request, response, uriOf(end, 'last'), options).then((both) => {
      legs.push(both);
      both.uas.on('destroy', () => void both.uac.destroy());
    });
  });
  const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000), headers: { 'X-Trace': 't' } });
  expect(dialog.remote.sdp).toBe(sdp(3000));
  await until(() => expect(legs).toHaveLength(1));
  await dialog.destroy();
  await quiet(near, far, end);
});

it('passes a refusal on through createB2BUA', async () => {
  const { near, far, caller, callee } = await pair();
  const end = await engine();
  const last = await app(end);
  last.invite((_, response) => response.send(603));
  callee.invite((request, response) => {
    callee.createB2BUA(request, response, uriOf(end), {}).catch(() => {});
  });
  const refusal = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) }).catch((error) => error);
  expect(refusal).toMatchObject({ status: 603 });
  await quiet(near, far, end);
});

it.each([{ status: 401 }, { status: 407 }])('answers a $status challenge with a new request', async ({ status }) => {
  const { near, far, caller, callee } = await pair();
  const credentials: string[] = [];
  const header = status === 401 ? 'Authorization' : 'Proxy-Authorization';
  callee.invite((request, response) => {
    if (!request.has(header)) {
      const challenge = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      response.send(status, { headers: { [challenge]: 'Digest realm="test", nonce="abc", qop="auth"' } });
      return;
    }
    credentials.push(request.get(header));
    void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const auth = { username: 'alice', password: 'wonderland' };
  const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000), auth });
  expect(credentials).toHaveLength(1);
  expect(credentials[0]).toContain('username="alice"');
  await dialog.destroy();
  await quiet(near, far);
});

it('sends provisional responses reliably, in order, and waits for each PRACK', async () => {
  const { near, far, caller, callee } = await pair();
  const pracks: string[] = [];
  callee.invite((request, response) => {
    const reliably = { headers: { Require: '100rel' } };
    response.send(183, { ...reliably, body: sdp(4000) }, undefined, (prack) => pracks.push(prack.get('RAck')));
    response.send(180, reliably, undefined, (prack) => pracks.push(prack.get('RAck')));
    void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const provisional: { status: number; rseq: number }[] = [];
  const dialog = await caller.createUAC(
    uriOf(far),
    { localSdp: sdp(5000), headers: { Supported: '100rel' } },
    { cbProvisional: (response) => provisional.push({ status: response.status, rseq: Number(response.get('RSeq')) }) },
  );
  const [first, second] = provisional;
  expect([first?.status, second?.status]).toEqual([183, 180]);
  expect(second?.rseq).toBe((first?.rseq ?? 0) + 1);
  expect(pracks.length).toBeGreaterThanOrEqual(1);
  await dialog.destroy();
  await quiet(near, far);
});

it('refuses a reliable response to a caller that does not know them', async () => {
  const { near, far, caller, callee } = await pair();
  const refusals: unknown[] = [];
  callee.invite((_, response) => {
    response.send(183, { headers: { Require: '100rel' } }, (error) => {
      refusals.push(error);
      response.send(480);
    });
  });
  await caller.createUAC(uriOf(far), { localSdp: sdp(5000) }).catch(() => {});
  expect(refusals).toEqual(['Remote endpoint does not support 100rel']);
  await quiet(near, far);
});

it('leaves the ACK of a late offer to the application', async () => {
  const { near, far, caller, callee } = await pair();
  const answers: string[] = [];
  callee.invite((request, response) => {
    void callee
      .createUAS(request, response, { localSdp: sdp(4000) })
      .then((dialog) => dialog.once('ack', (ack) => answers.push(ack.body)));
  });
  const pending = (await caller.createUAC(uriOf(far), { noAck: true })) as unknown as {
    sdp: string;
    ack: (sdp: string) => Promise<SrfDialog>;
  };
  expect(pending.sdp).toBe(sdp(4000));
  const dialog = await pending.ack(sdp(5000));
  await until(() => expect(answers).toEqual([sdp(5000)]));
  await dialog.destroy();
  await quiet(near, far);
});

it('ends a call whose 2xx nobody acknowledges, and says so', async () => {
  const { near, far, caller, callee } = await pair(fastTimers);
  const reasons: string[] = [];
  callee.invite((request, response) => {
    void callee
      .createUAS(request, response, { localSdp: sdp(4000) })
      .then((dialog) => dialog.on('destroy', (_, reason) => reasons.push(reason)));
  });
  await caller.createUAC(uriOf(far), { noAck: true });
  await until(() => expect(reasons).toEqual(['ACK timeout']));
  await empty(far);
  expect(near.stats().pending).toBe(0);
});

it('carries UPDATE before the call is answered', async () => {
  const { near, far, caller, callee } = await pair();
  const offers: string[] = [];
  callee.invite((request, response) => {
    request.on('update', (update, updated) => {
      offers.push(update.body);
      updated.send(200, { body: sdp(4001) });
      void callee.createUAS(request, response, { localSdp: sdp(4000) });
    });
    response.send(183, { headers: { Require: '100rel' }, body: sdp(4000) });
  });
  const answers: string[] = [];
  const dialog = await caller.createUAC(
    uriOf(far),
    { localSdp: sdp(5000), headers: { Supported: '100rel' } },
    {
      cbProvisional: ({ stackDialogId }) => {
        void caller
          .request('sip:placeholder', { method: 'UPDATE', stackDialogId, body: sdp(5001) })
          .then((update) => finalOf(update))
          .then((response) => answers.push(response.body));
      },
    },
  );
  expect(offers).toEqual([sdp(5001)]);
  await until(() => expect(answers).toEqual([sdp(4001)]));
  await dialog.destroy();
  await quiet(near, far);
});

it('keeps a subscription and ends it with the last NOTIFY', async () => {
  const { near, far, caller, callee } = await pair();
  const notifiers: SrfDialog[] = [];
  callee.subscribe((request, response) => {
    const headers = { Expires: '3600' };
    void callee.createUAS(request, response, { localSdp: '', headers }).then((dialog) => notifiers.push(dialog));
  });
  const headers = { From: '<sip:callee@localhost>', Event: 'presence', Expires: '3600' };
  const subscription = await caller.createUAC(uriOf(far), { method: 'SUBSCRIBE', headers });
  const states: string[] = [];
  subscription.on('notify', (notify, response) => {
    states.push(notify.get('Subscription-State'));
    response.send(200);
  });
  await until(() => expect(notifiers).toHaveLength(1));
  for (const state of ['active', 'terminated;reason=timeout']) {
    const notify = { Event: 'presence', 'Subscription-State': state };
    expect((await notifiers[0]?.request({ method: 'NOTIFY', headers: notify }))?.status).toBe(200);
  }
  expect(states).toEqual(['active', 'terminated;reason=timeout']);
  await quiet(near, far);
});
