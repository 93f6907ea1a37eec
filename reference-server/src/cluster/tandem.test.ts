import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpTransactionId, ParticipantId, SessionId } from '../session/ids.ts';
import type { CallbackEvent, CallbackRequest } from '../session/ports/callbacks.ts';
import type { InboundCall } from '../session/ports/sip.ts';
import { inboundCall } from '../session/testing/bench.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { createTandem, type Tandem } from './tandem.ts';

const waits = 'p1' as ParticipantId;
let clock = createFakeClock();
let address: string | undefined;
let relayed: { session: SessionId; domain: string; call: InboundCall }[];
let results: CallbackEvent[];
let tandem: Tandem;
beforeEach(() => {
  clock = createFakeClock();
  address = '192.0.2.9:5060';
  relayed = [];
  results = [];
  tandem = createTandem({
    clock,
    host: () => ({
      waiting: (domain, id) => (domain === 'a.example' && id === waits ? { user: '4711' } : undefined),
      relay: (session, domain, call) => void relayed.push({ session, domain, call }),
    }),
    sipAddress: () => address,
    dispatch: (event) => void results.push(event),
  });
});

/** The call that the other node makes to what it was given. */
const callTo = (uri: string | undefined): InboundCall => {
  const [, user = '', host = ''] = /^sip:([^@]+)@(.+)$/.exec(uri ?? '') ?? [];
  return inboundCall({ called: { user, host } });
};

describe('a participant', () => {
  it('who waits is lent to one call', () => {
    const lent = tandem.lend('a.example', waits);
    expect(lent).toEqual({ uri: expect.stringMatching(/^sip:[\da-f-]{36}@192\.0\.2\.9:5060$/), user: '4711' });
    const call = callTo(lent?.uri);
    expect(tandem.took(call)).toBe(true);
    expect(relayed).toEqual([{ session: expect.any(String), domain: 'a.example', call }]);
    expect(tandem.took(call)).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it('is lent for 10 s', () => {
    const call = callTo(tandem.lend('a.example', waits)?.uri);
    clock.advance(10_000);
    expect(tandem.took(call)).toBe(false);
    expect(relayed).toEqual([]);
  });

  it.each([
    ['who does not wait', () => tandem.lend('a.example', 'p2' as ParticipantId)],
    ['of another domain', () => tandem.lend('b.example', waits)],
    [
      'of a node that nobody can call',
      () => {
        address = undefined;
        return tandem.lend('a.example', waits);
      },
    ],
  ])('%s is not lent', (_name, lend) => {
    expect(lend()).toBeUndefined();
    expect(clock.pending()).toBe(0);
  });

  it('takes no other call', () => {
    tandem.lend('a.example', waits);
    expect(tandem.took(inboundCall())).toBe(false);
  });
});

describe('the session of a call that was lent somebody', () => {
  it('asks and tells nobody, until it is over; others do', async () => {
    const sent: string[] = [];
    const forgotten: SessionId[] = [];
    const port = tandem.hush({
      send: ({ name }) => void sent.push(name),
      forget: (id) => void forgotten.push(id),
    });
    tandem.took(callTo(tandem.lend('a.example', waits)?.uri));
    const session = relayed[0]?.session ?? ('none' as SessionId);
    const say = (of: SessionId, name: CallbackRequest['name']) =>
      port.send({
        session: of,
        domain: 'a.example',
        name,
        body: {},
        token: `${of}/1`,
        httpTransactionId: 'x' as HttpTransactionId,
      });
    for (const name of ['newCall', 'callAnswered', 'callEvent', 'alarm', 'sessionCompleted'] as const)
      say(session, name);
    say('other' as SessionId, 'newCall');
    await Promise.resolve();
    expect(sent).toEqual(['newCall']);
    expect(results.map(({ name, result }) => [name, result.ok && result.body])).toEqual([
      ['newCall', { action: 'connect', participantId: waits }],
      ['callAnswered', undefined],
      ['callEvent', { action: 'drop' }],
      ['alarm', undefined],
      ['sessionCompleted', undefined],
    ]);
    port.forget(session);
    port.forget('other' as SessionId);
    expect(forgotten).toEqual(['other']);
  });
});
