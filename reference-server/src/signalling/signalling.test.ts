import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { startSipEngine } from '../sip-engine/engine.ts';
import { finalOf } from '../testing/srf/app.ts';
import { engine, sdp, secret, uriOf } from '../testing/srf/world.ts';
import { createSignalling } from './signalling.ts';
import { invite, leg, silent, start } from './testing/bench.ts';

describe('requests outside of calls', () => {
  it.each([
    ['OPTIONS', 200],
    ['REGISTER', 405],
    ['MESSAGE', 405],
    ['SUBSCRIBE', 405],
  ])('%s gets %d and what is allowed', async (method, status) => {
    const { near, phone, over } = await start();
    const headers = { Contact: '<sip:phone@localhost>', Event: 'presence' };
    const response = await finalOf(await phone.request(uriOf(near), { method, headers }));
    expect(response.status).toBe(status);
    expect(response.get('allow')).toContain('INVITE');
    await over();
  });
});

describe('the connection to the SIP server', () => {
  it('takes its calls with it when it is lost', async () => {
    const sip = [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] as const;
    const mortal = startSipEngine({ sip, app: { host: '127.0.0.1', port: 0, secret } });
    const { near, phone, port, incoming, event, types } = await start(mortal);
    void phone.createUAC(uriOf(near, '1000'), { localSdp: sdp(5000) }).catch(() => undefined);
    const call = await incoming();
    await near.close();
    expect(await event('sip.ended')).toEqual({ type: 'sip.ended', leg: call.leg, cause: 'failure' });
    expect(port.stats()).toEqual({ legs: 0, lingering: 0, servers: 0 });
    port.invite(leg, invite(near));
    expect(await event('sip.failed')).toMatchObject({ leg, status: 503 });
    expect(types()).toEqual(['sip.incoming', 'sip.ended', 'sip.failed']);
  });

  it('is refused with a wrong secret', async () => {
    const near = await engine();
    const port = createSignalling({
      drachtio: [{ ...near.appAddress, secret: 'wrong' }],
      dispatch: () => {},
      log: silent,
      clock: createFakeClock(),
      newLegId: () => leg,
    });
    onTestFinished(() => port.close());
    await expect(port.connected(10)).rejects.toThrow(/does not accept the secret/);
  });
});
