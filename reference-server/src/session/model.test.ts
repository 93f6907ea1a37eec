/** Generated event sequences, on the host with fakes: whatever happens in whatever order, the promises hold. */
import { validateCallbackAnswer, validateCallbackBody } from '@mediaservice/spec';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CallId, Digit, LegId, PlayJobId } from './ids.ts';
import type { CallbackResult, Json } from './ports.ts';
import { type Bench, createBench, inboundCall } from './testing/bench.ts';

type Move = (bench: Bench) => void;

const result = fc.oneof(
  fc.constantFrom<CallbackResult>(
    { ok: false, cause: 'timeout', detail: 'x' },
    { ok: false, cause: 'empty', detail: 'x' },
    { ok: true, status: 200, body: undefined },
  ),
  fc
    .constantFrom<Json>(
      { action: 'ivr', sessionReferenceId: 1 },
      { action: 'ivr', phrases: [{ format: 'file', fileName: 'a.wav' }], dtmf: { maxDigits: 2 }, bargeIn: 'all' },
      { action: 'ivr', phrases: [{ format: 'tape' }], getIVRCommandAfter: 1 },
      { action: 'ivr', getIVRCommandAfter: 2, dtmf: { flush: true, terminationKey: '#' } },
      { action: 'drop', dropCode: 'busy', hangup: true },
      { action: 'call' },
      'nonsense',
    )
    .map((body): CallbackResult => ({ ok: true, status: 200, body })),
);

const job = ({ ports }: Bench) => ports.jobs.at(-1)?.id ?? ('none' as PlayJobId);
const reply = ({ ports }: Bench) => [...ports.claims.keys()].at(-1) ?? 'none';
const sip: readonly [string, Move][] = [
  ['180', (b) => b.dispatch({ type: 'sip.progress', leg: b.leg(), status: 180 })],
  ['200', (b) => b.dispatch({ type: 'sip.answered', leg: b.leg(), sipCallId: 'c' as CallId, sdp: 'x' })],
  ['486', (b) => b.dispatch({ type: 'sip.failed', leg: b.leg(), status: 486, reason: 'x' })],
  ['CANCEL', (b) => b.dispatch({ type: 'sip.cancelled', leg: b.leg() })],
  ['ACK', (b) => b.dispatch({ type: 'sip.confirmed', leg: b.leg() })],
  ['BYE', (b) => b.dispatch({ type: 'sip.ended', leg: b.leg(), cause: 'bye' })],
  ['expired', (b) => b.dispatch({ type: 'sip.ended', leg: b.leg(), cause: 'sessionExpired' })],
  ['no CANCEL answer', (b) => b.dispatch({ type: 'sip.cancelFailed', leg: b.leg() })],
  ['re-INVITE', (b) => b.dispatch({ type: 'sip.offered', leg: b.leg(), offerId: 'o', method: 'reInvite', sdp: 'x' })],
  ['opened', (b) => b.dispatch({ type: 'media.opened', leg: b.leg(), sdp: 'x' })],
  [
    'updated',
    (b) => b.dispatch({ type: 'media.updated', leg: b.leg(), offerId: 'o', sdp: 'x', direction: 'sendrecv' }),
  ],
  ['no media', (b) => b.dispatch({ type: 'media.failed', leg: b.leg(), reason: 'internal', detail: 'x' })],
  ['no RTP', (b) => b.dispatch({ type: 'media.rtpTimeout', leg: b.leg() })],
  ['played', (b) => b.dispatch({ type: 'media.played', leg: b.leg(), job: job(b), stopped: false })],
  [
    'bad phrase',
    (b) =>
      b.dispatch({
        type: 'media.playFailed',
        leg: b.leg(),
        job: job(b),
        phrase: 0,
        reason: 'phraseError',
        detail: 'x',
      }),
  ],
  ['digit', (b) => b.dispatch({ type: 'media.dtmf', leg: b.leg(), digit: '1' as Digit, source: 'rfc4733' })],
  ['#', (b) => b.dispatch({ type: 'sip.dtmf', leg: b.leg(), digit: '#' as Digit })],
  ['interrupt', (b) => void b.operate('interruptIvrCommand', { replyId: reply(b) })],
  ['hang up', (b) => void b.operate('hangupCall', { replyId: reply(b) })],
];

interface Step {
  readonly name: string;
  readonly move: Move;
}

const step = (name: string): Step => ({ name, move: sip.find(([other]) => other === name)?.[1] ?? expect.fail(name) });
const answered = (body?: Json): Step => ({
  name: `answer ${JSON.stringify(body)}`,
  move: (b) => {
    const request = b.open().find(({ name }) => name !== 'alarm');
    if (request) b.answer(request.name, body);
  },
});
const playing = answered({ phrases: [{ format: 'file', fileName: 'a.wav' }], dtmf: { maxDigits: 2 }, bargeIn: 'all' });

/** How calls go when nothing comes between; a generated sequence starts somewhere on the way. */
const usual: Readonly<Record<string, readonly Step[]>> = {
  inbound: [answered({ action: 'ivr' }), step('opened'), step('ACK'), answered(), playing, step('played')],
  outbound: [step('opened'), step('180'), answered(), step('200'), answered(), playing, step('digit')],
};

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...sip).map(([name, move]) => ({ name, move })) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(2), result).map(([which, outcome]) => ({
      name: `answer ${which} ${JSON.stringify(outcome)}`,
      move: (b: Bench) => {
        const request = b.open()[which];
        if (request) b.answer(request.name, outcome);
      },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(500, 3_000, 20_000, 100_000).map((time) => ({
      name: `${time} ms`,
      move: (b: Bench) => b.ports.clock.advance(time),
    })),
  },
);

/** Legs whose media endpoint was opened and not closed as the last thing, or that were let go in SIP more than once. */
const notReleased = ({ ports }: Bench): readonly string[] => {
  const of = (leg: string, port: string) =>
    ports.commands.filter((command) => command.leg === leg && command.port === port);
  return [...new Set(ports.commands.map(({ leg }) => leg))].filter((leg) => {
    const media = of(leg, 'media').map(({ call }) => call);
    const ends = of(leg, 'sip').filter(({ call }) => ['reject', 'cancel', 'hangup'].includes(call));
    return (
      (media.includes('open') && media.at(-1) !== 'close') || ends.filter(({ call }) => call !== 'cancel').length > 1
    );
  });
};

/** The world comes to rest: everything that is owed to the session arrives. */
const settle = (bench: Bench) => {
  bench.ports.clock.advance(10_000_000);
  for (const command of [...bench.ports.commands]) {
    if (command.call !== 'cancel') continue;
    bench.dispatch({ type: 'sip.failed', leg: command.leg as LegId, status: 487, reason: 'x' });
  }
  for (let left = bench.open().length; left > 0; left = bench.open().length) {
    const [request] = bench.open();
    if (request) bench.answer(request.name, { ok: false, cause: 'connection', detail: 'x' });
  }
};

it.each(Object.entries(usual))('%s sessions keep their promises', (direction, way) => {
  fc.assert(
    fc.property(fc.nat(way.length), fc.array(steps, { maxLength: 20 }), (started, sequence) => {
      const bench = createBench({ maxSessionSeconds: 400 }, { validateAnswer: validateCallbackAnswer });
      if (direction === 'inbound') bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
      else bench.operate('placeIvrCall', { destAddr: 'sip:b@c', maxRingTime: 20 });
      for (const { move } of [...way.slice(0, started), ...sequence]) {
        move(bench);
        const serial = bench.open().filter(({ name }) => name !== 'alarm');
        expect(serial.length).toBeLessThanOrEqual(1);
        if (serial[0]?.name !== 'sessionCompleted') continue;
        expect(bench.open()).toHaveLength(1);
        expect(bench.host.stats()).toEqual({ sessions: 1, legs: 0, connections: 0, timers: 0 });
      }
      settle(bench);
      const names = bench.names();
      expect(names.filter((name) => name === 'sessionCompleted')).toHaveLength(1);
      expect(names.at(-1)).toBe('sessionCompleted');
      expect(names.filter((name) => name === 'callAnswered').length).toBeLessThanOrEqual(1);
      expect(bench.host.stats()).toEqual({ sessions: 0, legs: 0, connections: 0, timers: 0 });
      expect(bench.ports.clock.pending()).toBe(0);
      expect(bench.ports.logged.filter(({ level }) => level === 'error')).toEqual([]);
      expect(notReleased(bench)).toEqual([]);
      for (const { name, body } of bench.ports.callbacks.sent) {
        expect(validateCallbackBody(name, JSON.parse(JSON.stringify(body)))).toEqual([]);
      }
    }),
    { numRuns: 1_000 },
  );
});
