import { describe, expect, it } from 'vitest';
import { finalOf, type SrfDialog, type SrfRequest } from '../testing/srf/app.ts';
import { engine, sdp, until, uriOf } from '../testing/srf/world.ts';
import { type Bench, start } from './testing/bench.ts';

describe('a call that comes in', () => {
  const answered = async (bench: Bench, headers: Record<string, string> = {}) => {
    const { near, phone, port, incoming, event } = bench;
    const calling = phone.createUAC(uriOf(near, '1000'), { localSdp: sdp(5000), headers });
    const call = await incoming();
    port.answer(call.leg, sdp(4000));
    const dialog = await calling;
    await event('sip.confirmed');
    return { call, dialog };
  };

  it('is answered, confirmed by the ACK and ended by the caller', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench, { 'X-One': 'a\r\nX-One: b', 'P-Charge-Info': '<sip:1@x>' });
    expect(call).toMatchObject({
      called: { user: '1000' },
      sourceAddress: '127.0.0.1',
      sdp: sdp(5000),
      xHeaders: { 'x-one': ['a', 'b'] },
      pHeaders: { 'p-charge-info': '<sip:1@x>' },
      sipCallId: dialog.sip.callId,
    });
    expect(dialog.remote.sdp).toBe(sdp(4000));
    await dialog.destroy();
    expect(await bench.event('sip.ended')).toEqual({ type: 'sip.ended', leg: call.leg, cause: 'bye' });
    expect(bench.types()).toEqual(['sip.incoming', 'sip.confirmed', 'sip.ended']);
    await bench.over();
  });

  it('is ended from our side', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const ended = new Promise((resolve) => dialog.once('destroy', resolve));
    bench.port.hangup(call.leg);
    await ended;
    expect(bench.types()).toEqual(['sip.incoming', 'sip.confirmed']);
    await bench.over();
  });

  it.each([486, 480, 499, 603])('is refused with %d', async (status) => {
    const { near, phone, port, incoming, over } = await start();
    const calling = phone.createUAC(uriOf(near, '1000'), { localSdp: sdp(5000) }).catch((error) => error);
    port.reject((await incoming()).leg, status);
    expect(await calling).toMatchObject({ status });
    await over();
  });

  it.each([
    ['as it is', {}],
    ['reliably where the caller requires it', { Require: '100rel', Supported: '100rel' }],
  ])('makes progress %s', async (_name, headers) => {
    const { near, phone, port, incoming, over } = await start();
    const seen: { status: number; reliable: boolean; sdp: string }[] = [];
    const calling = phone.createUAC(
      uriOf(near, '1000'),
      { localSdp: sdp(5000), headers },
      { cbProvisional: (r) => seen.push({ status: r.status, reliable: r.has('rseq'), sdp: r.body }) },
    );
    const call = await incoming();
    port.progress(call.leg, 180);
    port.progress(call.leg, 183, sdp(4000));
    await until(() => expect(seen).toHaveLength(2));
    const reliable = 'Require' in headers;
    expect(seen).toEqual([
      { status: 180, reliable, sdp: '' },
      { status: 183, reliable, sdp: sdp(4000) },
    ]);
    port.answer(call.leg, sdp(4000));
    await (await calling).destroy();
    await over();
  });

  it('is given up before the answer', async () => {
    const { near, phone, port, incoming, event, over, types } = await start();
    const requests: SrfRequest[] = [];
    const calling = phone
      .createUAC(uriOf(near, '1000'), { localSdp: sdp(5000) }, { cbRequest: (_, request) => requests.push(request) })
      .catch((error) => error);
    const call = await incoming();
    port.progress(call.leg, 180);
    requests[0]?.cancel();
    await event('sip.cancelled');
    port.answer(call.leg, sdp(4000));
    port.reject(call.leg, 486);
    expect(await calling).toMatchObject({ status: 487 });
    expect(types()).toEqual(['sip.incoming', 'sip.cancelled']);
    await over();
  });

  it('takes the answer to a late offer from the ACK', async () => {
    const { near, phone, port, incoming, event, over } = await start();
    const calling = phone.createUAC(uriOf(near, '1000'), { noAck: true }) as unknown as Promise<{
      sdp: string;
      ack: (sdp: string) => Promise<SrfDialog>;
    }>;
    const call = await incoming();
    expect(call.sdp).toBeUndefined();
    port.answer(call.leg, sdp(4000));
    const unacknowledged = await calling;
    expect(unacknowledged.sdp).toBe(sdp(4000));
    const dialog = await unacknowledged.ack(sdp(5000));
    expect(await event('sip.confirmed')).toMatchObject({ sdp: sdp(5000) });
    await dialog.destroy();
    await over();
  });

  it('sends no BYE before the ACK (RFC 3261 15)', async () => {
    const { near, far, phone, port, incoming, over } = await start();
    const calling = phone.createUAC(uriOf(near, '1000'), { noAck: true }) as unknown as Promise<{
      ack: (sdp: string) => Promise<SrfDialog>;
    }>;
    const call = await incoming();
    port.answer(call.leg, sdp(4000));
    port.hangup(call.leg);
    const { ack } = await calling;
    expect(port.stats()).toMatchObject({ legs: 0, lingering: 1 });
    expect(far.stats().dialogs).toBe(1);
    const dialog = await ack(sdp(5000));
    await new Promise((resolve) => dialog.once('destroy', resolve));
    await over();
  });

  it('agrees on a session timer when the caller asks for one', async () => {
    const { near, phone, port, incoming, over } = await start();
    const calling = phone.request(uriOf(near, '1000'), {
      method: 'INVITE',
      body: sdp(5000),
      headers: { Supported: 'timer', 'Session-Expires': '600' },
    });
    const final = calling.then((request) => finalOf(request));
    const call = await incoming();
    expect(call.expires).toBe(600);
    port.answer(call.leg, sdp(4000));
    expect((await final).get('session-expires')).toBe('600;refresher=uac');
    port.hangup(call.leg);
    await over();
  });

  it.each([
    ['timers', ['timer']],
    ['timers and reliable provisional responses', ['timer', '100rel']],
  ])('agrees on none where who is called does without %s', async (_name, without) => {
    const lacking = (_host: string, user: string) => (user === '1000' ? without : []);
    const { near, phone, port, incoming, over } = await start(engine(), { lacking });
    const calling = phone.request(uriOf(near, '1000'), {
      method: 'INVITE',
      body: sdp(5000),
      headers: { Supported: 'timer', 'Session-Expires': '600' },
    });
    const final = calling.then((request) => finalOf(request));
    const call = await incoming();
    expect(call.expires).toBeUndefined();
    port.answer(call.leg, sdp(4000));
    expect((await final).has('session-expires')).toBe(false);
    port.hangup(call.leg);
    await over();
  });

  it('passes DTMF of INFO on', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const relay = { 'Content-Type': 'application/dtmf-relay' };
    const sent = await dialog.request({ method: 'INFO', headers: relay, body: 'Signal=5\r\nDuration=160\r\n' });
    const other = await dialog.request({ method: 'INFO', headers: { 'Content-Type': 'text/plain' }, body: 'x' });
    expect([sent.status, other.status]).toEqual([200, 415]);
    expect(await bench.event('sip.dtmf')).toEqual({ type: 'sip.dtmf', leg: call.leg, digit: '5' });
    await dialog.destroy();
    await bench.over();
  });

  it.each([
    ['MESSAGE', 405],
    ['PUBLISH', 405],
    ['REFER', 405],
    ['NOTIFY', 481],
  ])('answers a %s inside of it with %d and goes on', async (method, status) => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const headers = {
      'Content-Type': 'text/plain',
      Event: 'presence',
      'Refer-To': '<sip:a@b>',
      'Subscription-State': 'active',
    };
    const response = await dialog.request({ method, headers, body: 'x' });
    expect(response.status).toBe(status);
    if (status !== 481) expect(response.get('allow')).toContain('INVITE');
    expect(bench.types()).toEqual(['sip.incoming', 'sip.confirmed']);
    bench.port.hangup(call.leg);
    await bench.over();
  });

  it.each(['INVITE', 'UPDATE'])('refuses the body of a %s that is not understood and goes on', async (method) => {
    const bench = await start();
    const { dialog } = await answered(bench);
    const response = await dialog.request({ method, headers: { 'Content-Type': 'text/plain' }, body: 'x' });
    expect([response.status, response.get('accept')]).toEqual([415, 'application/sdp']);
    await dialog.destroy();
    expect(bench.types()).not.toContain('sip.offered');
    await bench.over();
  });

  it('is refused for a body that is not understood, before anybody hears of it', async () => {
    const { near, phone, types, over } = await start();
    const headers = { 'Content-Type': 'application/sdp', 'Content-Encoding': 'gzip' };
    const refused = await phone
      .createUAC(uriOf(near, '1000'), { localSdp: sdp(5000), headers })
      .catch((error) => error);
    expect([refused.status, refused.res?.get('accept-encoding')]).toEqual([415, 'identity']);
    expect(types()).toEqual([]);
    await over();
  });

  it.each(['reInvite', 'update'] as const)('answers a %s when the session layer does', async (method) => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const asking =
      method === 'reInvite'
        ? dialog.modify(sdp(5002))
        : dialog
            .request({ method: 'UPDATE', body: sdp(5002), headers: { 'Content-Type': 'application/sdp' } })
            .then(({ body }) => body);
    const offer = await bench.event('sip.offered');
    expect(offer).toMatchObject({ leg: call.leg, method, sdp: sdp(5002) });
    bench.port.respondOffer(call.leg, offer.offerId, 200, sdp(4002));
    expect(await asking).toBe(sdp(4002));
    await dialog.destroy();
    expect(bench.types().filter((type) => type === 'sip.confirmed')).toHaveLength(1);
    await bench.over();
  });

  it('refuses an offer and keeps the call', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const asking = dialog.modify(sdp(5002)).catch((error) => error);
    const { offerId } = await bench.event('sip.offered');
    bench.port.respondOffer(call.leg, offerId, 488);
    expect(await asking).toMatchObject({ status: 488 });
    expect(bench.port.stats().legs).toBe(1);
    bench.port.hangup(call.leg);
    await bench.over();
  });

  it('gives our offer to a re-INVITE without one and takes its answer from the ACK', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const asking = dialog.modify({ noAck: true });
    const offer = await bench.event('sip.offered');
    expect(offer.sdp).toBeUndefined();
    bench.port.respondOffer(call.leg, offer.offerId, 200, sdp(4002));
    const { ack } = await asking;
    ack(sdp(5004));
    await until(() => expect(bench.events.at(-1)).toMatchObject({ type: 'sip.confirmed', sdp: sdp(5004) }));
    bench.port.hangup(call.leg);
    await bench.over();
  });

  it('answers a refresh while a re-INVITE of ours is under way', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const { promise: ours, resolve } = Promise.withResolvers<{ send(status: number, options: object): void }>();
    dialog.on('modify', (_request, response) => resolve(response));
    bench.port.reoffer(call.leg, sdp(4004));
    const open = await ours;
    const refreshed = dialog.request({ method: 'UPDATE' });
    const { offerId } = await bench.event('sip.offered');
    bench.port.respondOffer(call.leg, offerId, 200);
    expect(await refreshed).toMatchObject({ status: 200 });
    open.send(200, { body: sdp(5006) });
    expect(await bench.event('sip.reoffered')).toMatchObject({ status: 200, sdp: sdp(5006) });
    bench.port.hangup(call.leg);
    await bench.over();
  });

  it('sends a re-INVITE of ours, again after one that was refused', async () => {
    const bench = await start();
    const { call, dialog } = await answered(bench);
    const statuses = [488, 200];
    dialog.on('modify', (_request, response) => response.send(statuses.shift() ?? 500, { body: sdp(5006) }));
    bench.port.reoffer(call.leg, sdp(4004));
    expect(await bench.event('sip.reoffered')).toMatchObject({ leg: call.leg, status: 488 });
    bench.port.reoffer(call.leg, sdp(4004));
    await until(() =>
      expect(bench.events.at(-1)).toMatchObject({ type: 'sip.reoffered', status: 200, sdp: sdp(5006) }),
    );
    bench.port.hangup(call.leg);
    await bench.over();
  });
});
