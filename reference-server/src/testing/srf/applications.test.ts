import { expect, it } from 'vitest';
import { connectApp, finalOf, newApp } from './app.ts';
import { app, engine, pair, quiet, sdp, secret, until, uriOf } from './world.ts';

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

it('tells an application its addresses and a version that it may rely on', async () => {
  const only = await engine();
  const srf = newApp();
  const connected = connectApp(srf, only.appAddress, secret);
  expect((await connected).version).toMatch(/^v0\.(9|\d\d)/);
  expect((await connected).hostPorts).toMatch(/^udp\/127\.0\.0\.1:\d+,tcp\/127\.0\.0\.1:\d+$/);
  srf.disconnect();
  await until(() => expect(only.stats().apps).toBe(0));
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
