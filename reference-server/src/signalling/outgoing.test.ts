import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SrfDialog, SrfRequest } from '../testing/srf/app.ts';
import { engine, fastTimers, sdp, until } from '../testing/srf/world.ts';
import { invite, leg, start } from './testing/bench.ts';

describe('a call that goes out', () => {
  it('has the headers it was given, rings, is answered and ended by the callee', async () => {
    const { far, phone, port, event, types, over } = await start();
    const invites: SrfRequest[] = [];
    const answered: Promise<SrfDialog>[] = [];
    phone.invite((request, response) => {
      invites.push(request);
      response.send(180);
      answered.push(phone.createUAS(request, response, { localSdp: sdp(5000) }));
    });
    const headers = [
      ['X-Two', 'a'],
      ['X-Two', 'b'],
    ] as const;
    port.invite(leg, invite(far, { headers, private: true, assertedUser: '1', contactParameters: { ob: '' } }));
    const answer = await event('sip.answered');
    expect(answer).toMatchObject({ leg, sdp: sdp(5000), sipCallId: invites[0]?.get('call-id') });
    expect(types()).toEqual(['sip.progress', 'sip.answered']);
    const raw = (invites[0] as unknown as { msg: { raw: string } }).msg.raw;
    expect(raw).toMatch(/^X-Two: a\r\nX-Two: b\r$/m);
    expect(raw).toMatch(/^From: "Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/m);
    expect(raw).toMatch(/^P-Asserted-Identity: <sip:1@demo\.example>\r$/m);
    expect(raw).toMatch(/^Privacy: id\r$/m);
    expect(raw).toMatch(/^X-Trace-Id: d9b15290-fa96-11ef-a9c8-631ff62a0f63\r$/m);
    expect(raw).toMatch(/^Contact: <sip:anonymous@127\.0\.0\.1:\d+;ob>\r$/m);
    await (await answered[0])?.destroy();
    expect(await event('sip.ended')).toEqual({ type: 'sip.ended', leg, cause: 'bye' });
    await over();
  });

  it('offers no extension that the caller does without', async () => {
    const lacking = (host: string) => (host === 'demo.example' ? ['timer'] : []);
    const { far, phone, port, event, over } = await start(engine(), { lacking });
    const invites: SrfRequest[] = [];
    phone.invite((request, response) => {
      invites.push(request);
      response.send(486);
    });
    port.invite(leg, invite(far));
    await event('sip.failed');
    expect(invites[0]?.get('Supported')).toBe('100rel');
    expect(invites[0]?.has('Session-Expires')).toBe(false);
    await over();
  });

  it('is ended from our side', async () => {
    const { far, phone, port, event, over } = await start();
    const ended: string[] = [];
    phone.invite((request, response) => {
      void phone
        .createUAS(request, response, { localSdp: sdp(5000) })
        .then((dialog) => dialog.once('destroy', () => ended.push('bye')));
    });
    port.invite(leg, invite(far));
    await event('sip.answered');
    port.hangup(leg);
    await until(() => expect(ended).toEqual(['bye']));
    await over();
  });

  it('goes to the outbound proxy, whatever address it calls, and is cancelled there', async () => {
    const { phone, far, port, event, over } = await start(undefined, { viaFar: true });
    const invites: SrfRequest[] = [];
    phone.invite((request, response) => {
      invites.push(request);
      response.send(180);
    });
    port.invite(leg, invite(far, { uri: 'sip:bob@192.0.2.1:5070' }));
    await event('sip.progress');
    expect(invites[0]?.uri).toBe('sip:bob@192.0.2.1:5070');
    port.cancel(leg);
    expect(await event('sip.failed')).toMatchObject({ leg, status: 487 });
    await over();
  });

  it('is refused', async () => {
    const { far, phone, port, event, over } = await start();
    phone.invite((_request, response) => response.send(486));
    port.invite(leg, invite(far));
    expect(await event('sip.failed')).toMatchObject({ leg, status: 486, reason: 'Busy Here' });
    await over();
  });

  it('asks again with the interval that a 422 wants', async () => {
    const { far, phone, port, event, over } = await start();
    const asked: string[] = [];
    phone.invite((request, response) => {
      asked.push(request.get('session-expires'));
      if (asked.length === 1) response.send(422, { headers: { 'Min-SE': '3600' } });
      else void phone.createUAS(request, response, { localSdp: sdp(5000) });
    });
    port.invite(leg, invite(far));
    await event('sip.answered');
    expect(asked).toEqual(['1800', '3600']);
    port.hangup(leg);
    await over();
  });

  it('is cancelled while it rings', async () => {
    const { far, phone, port, event, types, over } = await start();
    phone.invite((_request, response) => response.send(180));
    port.invite(leg, invite(far));
    await event('sip.progress');
    port.cancel(leg);
    expect(await event('sip.failed')).toMatchObject({ status: 487 });
    expect(types()).toEqual(['sip.progress', 'sip.failed']);
    await over();
  });

  it('is cancelled before its INVITE has left', async () => {
    const { far, phone, port, event, over } = await start();
    phone.invite((_request, response) => response.send(180));
    port.invite(leg, invite(far));
    port.cancel(leg);
    expect(await event('sip.failed')).toMatchObject({ status: 487 });
    await over();
  });

  it('fails when nobody answers at all', async () => {
    const { port, event, near, over } = await start(engine(fastTimers));
    const deaf = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void deaf.close());
    await once(deaf, 'listening');
    port.invite(leg, invite(near, { uri: `sip:bob@127.0.0.1:${deaf.address().port}` }));
    expect(await event('sip.failed')).toMatchObject({ status: 408 });
    await over();
  });
});
