import { expect, it } from 'vitest';
import { connectApp, finalOf, newApp, type SrfDialog } from './app.ts';
import { app, empty, engine, fastTimers, pair, quiet, sdp, secret, until, uriOf } from './world.ts';

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

it('gives applications their turn', async () => {
  const far = await engine();
  const near = await engine();
  const [caller, first, second] = await Promise.all([app(near), app(far), app(far)]);
  const turns: string[] = [];
  first.options((_, response) => {
    turns.push('first');
    response.send(200);
  });
  second.options((_, response) => {
    turns.push('second');
    response.send(200);
  });
  for (let count = 0; count < 4; count++) await finalOf(await caller.request(uriOf(far), { method: 'OPTIONS' }));
  expect(turns.toSorted()).toEqual(['first', 'first', 'second', 'second']);
  await quiet(near, far);
});

it('turns away an application with a wrong secret', async () => {
  const only = await engine();
  const stranger = newApp();
  await expect(connectApp(stranger, only.appAddress, 'guess')).rejects.toThrow('authenticate');
  expect(only.stats().apps).toBe(0);
});

it('cleans up after an application that goes in the middle of its calls', async () => {
  const { near, far, caller, callee } = await pair();
  callee.invite((request, response) => {
    if (request.has('X-Ring')) response.send(180);
    else void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const talking = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
  const ended = new Promise((resolve) => talking.once('destroy', resolve));
  const refused = caller
    .createUAC(
      uriOf(far),
      { localSdp: sdp(5000), headers: { 'X-Ring': 'yes' } },
      { cbProvisional: () => callee.disconnect() },
    )
    .catch((error) => error);
  expect(await refused).toMatchObject({ status: 503 });
  await ended;
  await quiet(near, far);
});

it('lets an application come back', async () => {
  const far = await engine();
  const near = await engine();
  const caller = await app(near);
  for (let round = 0; round < 2; round++) {
    const callee = newApp();
    callee.options((_, response) => response.send(200));
    await connectApp(callee, far.appAddress, secret);
    const answer = await until(() => expect(far.stats().apps).toBe(1)).then(() =>
      caller.request(uriOf(far), { method: 'OPTIONS' }),
    );
    expect((await finalOf(answer)).status).toBe(200);
    callee.disconnect();
    await until(() => expect(far.stats().apps).toBe(0));
  }
  await quiet(near, far);
});

it('sends through an outbound proxy without changing the Request-URI', async () => {
  const { near, far, caller, callee } = await pair();
  const uris: string[] = [];
  callee.options((request, response) => {
    uris.push(request.uri);
    response.send(200);
  });
  const sent = await caller.request('sip:bob@example.invalid', { method: 'OPTIONS', proxy: uriOf(far) });
  expect((await finalOf(sent)).status).toBe(200);
  expect(uris).toEqual(['sip:bob@example.invalid']);
  await quiet(near, far);
});

it('answers 408 for a callee that is not there', async () => {
  const { near, caller } = await pair(fastTimers);
  const refusal = await caller
    .createUAC('sip:nobody@127.0.0.1:9;transport=udp', { localSdp: sdp(5000) })
    .catch((error) => error);
  expect(refusal.status).toBe(408);
  await quiet(near);
});

it('answers 503 for a callee that refuses the connection', async () => {
  const { near, caller } = await pair();
  const refusal = await caller
    .createUAC('sip:nobody@127.0.0.1:9;transport=tcp', { localSdp: sdp(5000) })
    .catch((error) => error);
  expect(refusal.status).toBe(503);
  await quiet(near);
});

it('sends what is too large for a datagram by TCP, and by UDP where TCP is refused', async () => {
  const { near, far, caller, callee } = await pair();
  const udpOnly = await engine({ sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });
  const other = await app(udpOnly);
  const ways: string[] = [];
  for (const each of [callee, other]) {
    each.message((request, response) => {
      ways.push(`${request.protocol} ${request.body.length}`);
      response.send(200);
    });
  }
  // The far engine listens on different ports for UDP and TCP: its TCP port stands for one that has both.
  const both = uriOf(far, 'bob', 'tcp').replace(';transport=tcp', '');
  const options = { method: 'MESSAGE', headers: { 'Content-Type': 'text/plain' }, body: 'x'.repeat(2000) };
  expect((await finalOf(await caller.request(both, { ...options }))).status).toBe(200);
  expect((await finalOf(await caller.request(uriOf(udpOnly), { ...options }))).status).toBe(200);
  expect(ways).toEqual(['tcp 2000', 'udp 2000']);
  await quiet(near, far, udpOnly);
});

it('reports calls to applications that ask for records', async () => {
  const { near, far, caller, callee } = await pair();
  const records: string[] = [];
  callee.on('cdr:attempt', (source) => records.push(`attempt ${source}`));
  callee.on('cdr:start', (source, _, role) => records.push(`start ${source} ${role}`));
  callee.on('cdr:stop', (source, _, cause) => records.push(`stop ${source} ${cause}`));
  callee.invite((request, response) => {
    void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
  await dialog.destroy();
  await until(() =>
    expect(records).toEqual(['attempt network', 'start application uas', 'stop network normal-release']),
  );
  await quiet(near, far);
});

it('listens on the wildcard address and names the one that the caller can reach', async () => {
  const near = await engine();
  const far = await engine({ sip: [{ protocol: 'udp', host: '0.0.0.0', port: 0 }] });
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  const received: string[] = [];
  callee.invite((request, response) => {
    received.push(request.receivedOn);
    void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const port = far.sipAddresses[0]?.port;
  const dialog = await caller.createUAC(`sip:bob@127.0.0.1:${port}`, { localSdp: sdp(5000) });
  expect(dialog.remote.uri).toBe(`sip:127.0.0.1:${port}`);
  expect(received).toEqual([`127.0.0.1:${port}`]);
  await dialog.destroy();
  await quiet(near, far);
});

it('tells an application its addresses and a version that it may rely on', async () => {
  const only = await engine();
  const srf = newApp();
  const connected = connectApp(srf, only.appAddress, secret);
  expect((await connected).version).toMatch(/^v0\.(9|\d\d)/);
  expect((await connected).hostPorts).toMatch(/^udp\/127\.0\.0\.1:\d+,tcp\/127\.0\.0\.1:\d+$/);
  srf.disconnect();
  await until(() => expect(only.stats().apps).toBe(0));
});

it('finds the callee by name through a resolver', async () => {
  const far = await engine();
  const asked: string[] = [];
  const near = await engine({
    resolve: async (host) => {
      asked.push(host);
      return host === 'bob.test' ? ['127.0.0.1'] : [];
    },
  });
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  callee.options((_, response) => response.send(200));
  const uri = uriOf(far).replace('127.0.0.1', 'bob.test');
  expect((await finalOf(await caller.request(uri, { method: 'OPTIONS' }))).status).toBe(200);
  await expect(caller.request('sip:x@nowhere.test', { method: 'OPTIONS' })).rejects.toThrow(
    'cannot resolve nowhere.test',
  );
  expect(asked).toEqual(['bob.test', 'nowhere.test']);
  await quiet(near, far);
});

it('is found again by an application when it has been restarted', async () => {
  const far = await engine();
  const near = await engine();
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  callee.options((_, response) => response.send(200));
  const { appAddress, sipAddresses } = far;
  await far.close();
  const again = await engine({
    sip: sipAddresses.map(({ protocol, address, port }) => ({ protocol, host: address, port })),
    app: { ...appAddress, secret },
  });
  await until(() => expect(again.stats().apps).toBe(1));
  await until(async () => {
    const answer = await finalOf(await caller.request(uriOf(again), { method: 'OPTIONS' }));
    expect(answer.status).toBe(200);
  });
  callee.disconnect();
  await quiet(near, again);
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
