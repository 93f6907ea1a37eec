import { describe, expect, it } from 'vitest';
import { finalOf, type SrfDialog, type SrfRequest } from './app.ts';
import { app, empty, engine, fastTimers, pair, quiet, sdp, until, uriOf } from './world.ts';

const transports = [{ protocol: 'udp' }, { protocol: 'tcp' }] as const;

it('leaves nothing at all behind once the timers have run out', async () => {
  const { near, far, caller, callee } = await pair(fastTimers);
  callee.invite((_, response) => response.send(486));
  await caller.createUAC(uriOf(far), { localSdp: sdp(5000) }).catch(() => {});
  await empty(near, far);
});

describe.each(transports)('a call over $protocol', ({ protocol }) => {
  it('is set up by createUAC and createUAS and ended by the caller', async () => {
    const { near, far, caller, callee } = await pair();
    const ended: string[] = [];
    const invites: SrfRequest[] = [];
    callee.invite((request, response) => {
      invites.push(request);
      response.send(180);
      void callee
        .createUAS(request, response, { localSdp: sdp(4000), headers: { 'x-answered-by': 'desk' } })
        .then((dialog) => dialog.on('destroy', () => ended.push('callee')));
    });
    const provisional: number[] = [];
    const dialog = await caller.createUAC(
      uriOf(far, 'bob', protocol),
      { localSdp: sdp(5000), callingNumber: '+15551234', headers: { 'X-Trace': 'T1' } },
      { cbProvisional: (response) => provisional.push(response.status) },
    );
    expect(provisional).toEqual([180]);
    expect(dialog.remote.sdp).toBe(sdp(4000));
    expect(near.stats().dialogs).toBe(1);
    expect(far.stats().dialogs).toBe(1);
    const [invite] = invites;
    expect(invite?.uri).toBe(uriOf(far, 'bob', protocol));
    expect(invite?.get('X-Trace')).toBe('T1');
    expect(invite?.body).toBe(sdp(5000));
    expect(invite?.get('from')).toMatch(/^<sip:\+15551234@127\.0\.0\.1:\d+>;tag=\w+$/);
    expect(invite?.protocol).toBe(protocol);
    expect(invite?.source_address).toBe('127.0.0.1');
    await dialog.destroy();
    await until(() => expect(ended).toEqual(['callee']));
    await quiet(near, far);
    expect(caller.idle).toBe(true);
    expect(callee.idle).toBe(true);
  });

  it('is ended by the callee', async () => {
    const { near, far, caller, callee } = await pair();
    const answered: SrfDialog[] = [];
    callee.invite((request, response) => {
      void callee.createUAS(request, response, { localSdp: sdp(4000) }).then((dialog) => answered.push(dialog));
    });
    const dialog = await caller.createUAC(uriOf(far, 'bob', protocol), { localSdp: sdp(5000) });
    const ended = new Promise((resolve) => dialog.once('destroy', resolve));
    await until(() => expect(answered).toHaveLength(1));
    const bye = await answered[0]?.destroy();
    expect(bye?.method).toBe('BYE');
    await ended;
    await quiet(near, far);
  });

  it('is refused with status and headers of the callee', async () => {
    const { near, far, caller, callee } = await pair();
    callee.invite((_, response) => response.send(486, { headers: { 'X-Why': 'lunch' } }));
    const refusal = await caller
      .createUAC(uriOf(far, 'bob', protocol), { localSdp: sdp(5000) })
      .catch((error) => error);
    expect(refusal).toMatchObject({ status: 486, reason: 'Busy Here' });
    expect(refusal.res.get('X-Why')).toBe('lunch');
    await quiet(near, far);
  });

  it.each([
    { method: 'OPTIONS', status: 200 },
    { method: 'MESSAGE', status: 202 },
    { method: 'REGISTER', status: 200 },
  ])('carries $method outside of a dialog', async ({ method, status }) => {
    const { near, far, caller, callee } = await pair();
    const bodies: string[] = [];
    for (const verb of ['options', 'message', 'register'] as const) {
      callee[verb]((request, response) => {
        bodies.push(request.body);
        response.send(status, { headers: { 'X-Method': request.method } });
      });
    }
    const request = await caller.request(uriOf(far, 'bob', protocol), {
      method,
      headers: { 'Content-Type': 'text/plain' },
      body: 'grüße 👋',
    });
    const response = await finalOf(request);
    expect(response.status).toBe(status);
    expect(response.get('X-Method')).toBe(method);
    expect(bodies).toEqual(['grüße 👋']);
    await quiet(near, far);
  });
});

it('answers what nobody takes: 503 without application, 405 and 501 without route', async () => {
  const { near, far, caller, callee } = await pair();
  callee.invite((_, response) => response.send(486));
  await until(() => expect(far.stats().apps).toBe(1));
  const refused = finalOf(await caller.request(uriOf(far), { method: 'MESSAGE' }));
  expect((await refused).status).toBe(405);
  expect((await refused).get('Allow')).toBe('INVITE');
  expect((await finalOf(await caller.request(uriOf(far), { method: 'BREW' }))).status).toBe(501);
  callee.disconnect();
  await until(() => expect(far.stats().apps).toBe(0));
  const unavailable = await finalOf(await caller.request(uriOf(far), { method: 'OPTIONS' }));
  expect(unavailable.status).toBe(503);
  expect(unavailable.has('Retry-After')).toBe(true);
  await quiet(near, far);
});

it('calls itself', async () => {
  const only = await engine();
  const srf = await app(only);
  srf.invite((request, response) => {
    void srf.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const dialog = await srf.createUAC(uriOf(only), { localSdp: sdp(5000) });
  expect(only.stats().dialogs).toBe(2);
  await dialog.destroy();
  await quiet(only);
});
