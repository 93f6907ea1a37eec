/** The model finds what it is there for: each fault put between the rules and the world breaks a promise, in few events. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Ports } from './ports.ts';
import { kinds } from './testing/world/kinds.ts';
import { moves } from './testing/world/moves.ts';
import { everybodyLeaves, holdAtEnd, holdNow, nobodyActs } from './testing/world/promises.ts';
import { createWorld, type Move } from './testing/world/world.ts';

type Fault = (ports: Ports) => Ports;
type Calls = Record<string, (...args: readonly unknown[]) => void>;

/** Every command of that name does this instead. */
const instead =
  (
    port: 'sip' | 'media' | 'callbacks',
    call: string,
    work: (real: () => void, args: readonly unknown[]) => void,
  ): Fault =>
  (ports) => {
    const calls = ports[port] as unknown as Calls;
    const changed = (...args: readonly unknown[]) => work(() => calls[call]?.(...args), args);
    return { ...ports, [port]: { ...calls, [call]: changed } };
  };

const lost = (port: 'sip' | 'media' | 'callbacks', call: string): Fault => instead(port, call, () => undefined);
const twice = (port: 'sip' | 'media' | 'callbacks', call: string): Fault =>
  instead(port, call, (real) => {
    real();
    real();
  });

/** The callback named is lost on its way. */
const unsent = (name: string): Fault =>
  instead('callbacks', 'send', (real, [request]) => {
    if ((request as { readonly name: string }).name !== name) real();
  });

const deafClock: Fault = (ports) => ({
  ...ports,
  clock: {
    now: ports.clock.now,
    after: (milliseconds, run) => {
      ports.clock.after(milliseconds, run);
      return () => undefined;
    },
  },
});

const shortOfTimers: Fault = (ports) => ({ ...ports, clock: { now: ports.clock.now, after: () => () => undefined } });

/** Events that a found sequence may have when it is shortened, the way to a call of three legs included. */
const short = 14;

it.each<[string, Fault, keyof typeof kinds]>([
  ['an endpoint is not closed', lost('media', 'close'), 'inbound IVR'],
  ['a BYE is not sent', lost('sip', 'hangup'), 'inbound IVR'],
  ['a CANCEL is not sent', lost('sip', 'cancel'), 'outbound IVR'],
  ['a CANCEL is sent twice', twice('sip', 'cancel'), 'outbound IVR'],
  ['a refusal is not sent', lost('sip', 'reject'), 'inbound IVR'],
  ['a call is answered twice', twice('sip', 'answer'), 'inbound IVR'],
  ['an INVITE is sent twice', twice('sip', 'invite'), 'outbound IVR'],
  ['an offer of the far end gets no response', lost('sip', 'respondOffer'), 'two parties'],
  ['an offer of the far end gets two', twice('sip', 'respondOffer'), 'two parties'],
  ['a re-INVITE is sent twice', twice('sip', 'reoffer'), 'two parties'],
  ['parties are joined twice', twice('media', 'join'), 'two parties'],
  ['parties are not separated', lost('media', 'separate'), 'two parties'],
  ['a recording is not stopped', lost('media', 'stopRecording'), 'two parties with everything'],
  ['a recording starts twice', twice('media', 'startRecording'), 'two parties with everything'],
  ['a job is stopped that nobody started', lost('media', 'play'), 'inbound IVR'],
  ['sessionCompleted is not sent', unsent('sessionCompleted'), 'inbound IVR'],
  ['a callback is sent twice', twice('callbacks', 'send'), 'inbound IVR'],
  ['callbacks are not forgotten', lost('callbacks', 'forget'), 'inbound IVR'],
  ['timers are not taken back', deafClock, 'inbound IVR'],
  ['timers do not run', shortOfTimers, 'inbound IVR'],
])('%s', (_name, faulty, kind) => {
  const { settings, way } = kinds[kind] ?? { way: [] };
  const broken = (path: readonly Move[], end: typeof nobodyActs) => {
    const world = createWorld({ faulty, ...(settings && { settings }) });
    for (const { run } of path) {
      run(world);
      holdNow(world);
    }
    end(world);
    holdAtEnd(world);
  };
  const found = fc.check(
    fc.property(fc.nat(way.length), fc.array(moves, { maxLength: 20 }), fc.boolean(), (started, sequence, quiet) =>
      broken([...way.slice(0, started), ...sequence], quiet ? nobodyActs : everybodyLeaves),
    ),
    { numRuns: 2_000, seed: 1 },
  );
  const [started = 0, sequence = []] = found.counterexample ?? [];
  expect(found.failed).toBe(true);
  expect(started + sequence.length).toBeLessThanOrEqual(short);
});
