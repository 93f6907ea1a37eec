/** Signalling on the embedded engine; the phone is another drachtio-srf application on an engine of its own. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LegId, TraceId } from '../session/ids.ts';
import type { InboundCall, OutboundInvite, SipEvent } from '../session/ports.ts';
import { createFakeClock, type FakeClock } from '../session/testing/fake-clock.ts';
import { type SipEngine, startSipEngine } from '../sip-engine/engine.ts';
import { finalOf, type SrfApp, type SrfDialog, type SrfRequest } from '../testing/srf/app.ts';
import { app, engine, fastTimers, sdp, secret, until, uriOf } from '../testing/srf/world.ts';
import { createSignalling, type Signalling, type SignallingOptions } from './signalling.ts';

interface Bench {
  readonly near: SipEngine;
  readonly far: SipEngine;
  readonly phone: SrfApp;
  readonly port: Signalling;
  readonly clock: FakeClock;
  readonly events: SipEvent[];
  readonly types: () => readonly string[];
  readonly event: <T extends SipEvent['type']>(type: T) => Promise<Extract<SipEvent, { type: T }>>;
  readonly incoming: () => Promise<InboundCall>;
  /** Nothing is left of any call on either side. */
  readonly over: () => Promise<void>;
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

const start = async (ours = engine(), options: Pick<SignallingOptions, 'minSe'> = {}): Promise<Bench> => {
  const [near, far] = await Promise.all([ours, engine()]);
  const phone = await app(far);
  const events: SipEvent[] = [];
  const clock = createFakeClock();
  let legs = 0;
  const port = createSignalling({
    ...options,
    drachtio: [{ ...near.appAddress, secret }],
    dispatch: (event) => events.push(event),
    log: silent,
    clock,
    newLegId: () => {
      legs += 1;
      return `leg-${legs}` as LegId;
    },
  });
  await port.connected(10);
  onTestFinished(() => port.close());
  const event: Bench['event'] = async (type) => {
    const find = () => events.find((each) => each.type === type);
    await until(() => expect(find()).toBeDefined());
    return find() as never;
  };
  return {
    near,
    far,
    phone,
    port,
    clock,
    events,
    types: () => events.map(({ type }) => type),
    event,
    incoming: async () => (await event('sip.incoming')).call,
    over: async () => {
      await until(() => expect(port.stats()).toMatchObject({ legs: 0, lingering: 0 }));
      expect(clock.pending()).toBe(0);
      // Transactions that only absorb retransmissions may stay; the engine's own tests see them go.
      const nothing = { dialogs: 0, pending: 0, proxies: 0, timers: 0 };
      for (const each of [near, far]) await until(() => expect(each.stats()).toMatchObject(nothing));
    },
  };
};

const leg = 'out' as LegId;
const invite = (far: SipEngine, patch: Partial<OutboundInvite> = {}): OutboundInvite => ({
  uri: uriOf(far, 'bob'),
  sdp: sdp(4000),
  fromUser: '+4670',
  fromHost: 'demo.example',
  private: false,
  headers: [],
  traceId: 'd9b15290-fa96-11ef-a9c8-631ff62a0f63' as TraceId,
  ...patch,
});

const copied = (request: string, ...names: string[]) =>
  request.split('\r\n').filter((line) => names.some((name) => line.toLowerCase().startsWith(`${name}:`)));
const reply = (request: string, status: string, body = '', extra: readonly string[] = []) => {
  const tagged = copied(request, 'via', 'from', 'to', 'call-id', 'cseq').map((line) =>
    /^to:/i.test(line) && !line.includes('tag=') ? `${line};tag=phone` : line,
  );
  return [`SIP/2.0 ${status}`, ...tagged, ...extra, `Content-Length: ${body.length}`, '', body].join('\r\n');
};

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

describe('a caller that is scripted message by message', () => {
  /** An INVITE that is acknowledged when it is answered; all else that comes is kept and not answered. */
  const call = async (near: SipEngine, headers: readonly string[], next?: string) => {
    const [to] = near.sipAddresses;
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    const { port } = socket.address();
    const request = (method: string, tag: string) =>
      [
        `${method} sip:1000@127.0.0.1:${to?.port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}`,
        'From: <sip:caller@127.0.0.1>;tag=caller',
        `To: <sip:1000@127.0.0.1>${tag}`,
        `Call-ID: ${port}@phone`,
        `CSeq: ${method === next ? 2 : 1} ${method}`,
        'Max-Forwards: 70',
        ...(method === 'ACK'
          ? []
          : [`Contact: <sip:caller@127.0.0.1:${port}>`, 'Content-Type: application/sdp', ...headers]),
        `Content-Length: ${method === 'ACK' ? 0 : sdp(5000).length}`,
        '',
        method === 'ACK' ? '' : sdp(5000),
      ].join('\r\n');
    const got: string[] = [];
    socket.on('message', (data, from) => {
      const message = data.toString();
      got.push(message);
      const tag = /^To:.*(;tag=[^;\r]+)/im.exec(message)?.[1];
      const follows = message.startsWith('SIP/2.0 200') && tag ? ['ACK', ...(next ? [next] : [])] : [];
      for (const method of follows) socket.send(request(method, tag ?? ''), from.port, from.address);
      if (message.startsWith('BYE')) socket.send(reply(message, '200 OK'), from.port, from.address);
    });
    socket.send(request('INVITE', ''), to?.port ?? 0, '127.0.0.1');
    return got;
  };

  it('is told that a method is not implemented, and which ones are', async () => {
    const { near, port, incoming, event, over } = await start();
    const got = await call(near, [], 'FOO');
    const { leg: id } = await incoming();
    port.answer(id, sdp(4000));
    await event('sip.confirmed');
    const refused = () => got.find((message) => message.startsWith('SIP/2.0 501'));
    await until(() => expect(refused()).toMatch(/^Allow: .*INVITE/m));
    port.hangup(id);
    await over();
  });

  it('who lets a session timer run out is ended, and that is told', async () => {
    const { near, port, incoming, event, over } = await start(engine({ minSe: 1 }), { minSe: 1 });
    const got = await call(near, ['Supported: timer', 'Session-Expires: 1;refresher=uac']);
    const { leg: id } = await incoming();
    port.answer(id, sdp(4000));
    await event('sip.confirmed');
    expect(await event('sip.ended')).toEqual({ type: 'sip.ended', leg: id, cause: 'sessionExpired' });
    await until(() => expect(got.some((line) => line.startsWith('BYE '))).toBe(true));
    await over();
  });
});

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

  describe('to a phone that is scripted message by message', () => {
    const phone = async (answers: (method: string, request: string) => readonly string[]) => {
      const socket = createSocket('udp4').bind(0, '127.0.0.1');
      onTestFinished(() => void socket.close());
      await once(socket, 'listening');
      const methods: string[] = [];
      socket.on('message', (data, from) => {
        const request = data.toString();
        const method = request.slice(0, request.indexOf(' '));
        if (methods.at(-1) !== method) methods.push(method);
        for (const answer of answers(method, request)) socket.send(answer, from.port, from.address);
      });
      return { uri: `sip:bob@127.0.0.1:${socket.address().port}`, methods };
    };

    it('a 200 that crosses the CANCEL is acknowledged and ended', async () => {
      const { near, port, event, types, over } = await start();
      let pending = '';
      const { uri, methods } = await phone((method, request) => {
        if (method === 'INVITE') pending = request;
        if (method === 'INVITE') return [reply(request, '180 Ringing')];
        if (method === 'BYE') return [reply(request, '200 OK')];
        if (method !== 'CANCEL') return [];
        const contact = [`Contact: <${uri}>`, 'Content-Type: application/sdp'];
        return [reply(request, '200 OK'), reply(pending, '200 OK', sdp(5000), contact)];
      });
      port.invite(leg, invite(near, { uri }));
      await event('sip.progress');
      port.cancel(leg);
      expect(await event('sip.failed')).toMatchObject({ status: 487 });
      await until(() => expect(methods).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']));
      expect(types()).toEqual(['sip.progress', 'sip.failed']);
      await over();
    });

    it('a CANCEL that nobody answers has failed after 32 s', async () => {
      const { near, port, clock, event, types } = await start(engine(fastTimers));
      const { uri, methods } = await phone((method, request) =>
        method === 'INVITE' ? [reply(request, '180 Ringing')] : [],
      );
      port.invite(leg, invite(near, { uri }));
      await event('sip.progress');
      port.cancel(leg);
      await until(() => expect(methods).toContain('CANCEL'));
      clock.advance(31_999);
      expect(types()).toEqual(['sip.progress']);
      clock.advance(1);
      expect(types()).toEqual(['sip.progress', 'sip.cancelFailed']);
      expect(port.stats().legs).toBe(0);
      await until(() => expect(port.stats().lingering).toBe(0));
    });
  });
});

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
