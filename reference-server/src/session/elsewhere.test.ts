/** connect with somebody who waits on another node: how it is asked for here, and how it is lent there. */
import { describe, expect, it } from 'vitest';
import { createSessionHost } from './host.ts';
import type { LegId, ParticipantId, SessionId } from './ids.ts';
import type { Json } from './json.ts';
import type { Elsewhere, ElsewherePort } from './ports/nodes.ts';
import { inboundCall, ivrBench } from './testing/bench.ts';
import { createFakePorts, ok, testDomain } from './testing/fake-ports.ts';

const leg = 'leg-in' as LegId;
const far = 'far' as ParticipantId;
const where: Elsewhere = { uri: 'sip:ticket@192.0.2.9:5060', user: '4711' };

describe('the session that asks', () => {
  const bench = () => {
    const fakes = createFakePorts();
    const asked: Parameters<ElsewherePort['find']>[] = [];
    const host = createSessionHost({ ...fakes, elsewhere: { find: (...call) => void asked.push(call) } });
    const answer = (body?: Json) => {
      const request = fakes.callbacks.sent.at(-1);
      if (request === undefined) throw new Error('nothing was asked');
      host.dispatch({ type: 'callback.result', name: request.name, token: request.token, result: ok(body) });
    };
    host.dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer({ action: 'connect', participantId: far });
    const found = (at: Elsewhere | undefined) => asked[0]?.[1](at);
    return { fakes, host, asked, found, answer };
  };

  it('calls whoever is found, under the id that it has', () => {
    const { fakes, asked, found, host } = bench();
    expect(asked.map(([question]) => question)).toEqual([{ domain: 'demo.example', participant: far }]);
    found(where);
    host.dispatch({ type: 'media.opened', leg, sdp: 'v=0 answer' });
    const callee = fakes.commands.find(({ call, leg: other }) => call === 'open' && other !== leg)?.leg as LegId;
    host.dispatch({ type: 'media.opened', leg: callee, sdp: 'v=0 offer' });
    expect(fakes.invites.at(-1)).toMatchObject({ uri: where.uri, fromUser: '+4689', headers: [] });
    expect(host.operate({ name: 'hangupParticipant', domain: 'demo.example', body: { participantId: far } })).toEqual({
      ok: true,
    });
  });

  it('fails as with nobody when nobody is found', () => {
    const { fakes, found } = bench();
    found(undefined);
    expect(fakes.callbacks.sent.map(({ body }) => body.error)).toContain('newCall request failed');
    expect(fakes.commands).toContainEqual({ port: 'sip', call: 'reject', leg, args: [480] });
  });

  it('does nothing any more when the caller has gone meanwhile', () => {
    const { fakes, host, found, answer } = bench();
    host.dispatch({ type: 'sip.cancelled', leg });
    answer();
    found(where);
    expect(host.stats()).toEqual({ sessions: 0, legs: 0, connections: 0, timers: 0 });
    expect(fakes.invites).toEqual([]);
  });
});

describe('the node that lends', () => {
  const relay = 'relay' as SessionId;
  const lent = 'lent' as LegId;

  it('says who waits', () => {
    const bench = ivrBench();
    const id = String(bench.last('callAnswered').body.callerParticipantId) as ParticipantId;
    expect(bench.host.waiting('demo.example', id)).toEqual({ user: '+4689' });
    expect(bench.host.waiting('other.example', id)).toBeUndefined();
    expect(bench.host.waiting('demo.example', far)).toBeUndefined();
    bench.answer('getIvrCommand', { hangup: true, phrases: [] });
    expect(bench.host.waiting('demo.example', id)).toBeUndefined();
  });

  it('opens a session that asks newCall alone, and that no operation finds', () => {
    const bench = ivrBench();
    const id = String(bench.last('callAnswered').body.callerParticipantId) as ParticipantId;
    bench.host.relay(relay, 'demo.example', inboundCall({ leg: lent, called: { user: 'ticket', host: '192.0.2.9' } }));
    const asked = bench.last('newCall');
    expect(asked.session).toBe(relay);
    bench.settle(asked, ok({ action: 'connect', participantId: id }));
    bench.dispatch({ type: 'media.opened', leg: lent, sdp: 'v=0' });
    bench.dispatch({ type: 'sip.confirmed', leg: lent });
    const connected = bench.last('callAnswered');
    expect(connected).toMatchObject({ session: relay, body: { calleeParticipantId: id } });
    for (const body of [{ participantId: id }, { connectionId: String(connected.body.connectionId) }]) {
      expect(bench.host.operate({ name: 'hangupParticipant', domain: 'demo.example', body })).toMatchObject({
        error: 'unknownCall',
      });
    }
    bench.settle(connected, ok(undefined));
    bench.dispatch({ type: 'sip.ended', leg: lent, cause: 'bye' });
    expect(bench.last('callEvent')).toMatchObject({ session: relay, body: { participantId: expect.any(String) } });
  });

  it('heeds no settings of the domain that send calls elsewhere', () => {
    const emergencyFallback = { mode: 'always', address: 'sip:x@y.example' } as const;
    const fakes = createFakePorts({ ...testDomain, entry: 'getCallIdentifier', emergencyFallback });
    const host = createSessionHost(fakes);
    host.relay(relay, 'demo.example', inboundCall());
    expect(fakes.callbacks.sent.map(({ name }) => name)).toEqual(['newCall']);
  });

  it('refuses a call of no domain', () => {
    const bench = ivrBench();
    bench.host.relay(relay, 'nobody.example', inboundCall({ leg: lent }));
    expect(bench.ports.commands.at(-1)).toEqual({ port: 'sip', call: 'reject', leg: lent, args: [404] });
  });
});
