import { expect, it } from 'vitest';
import { excuse, type Timed } from './excuse.ts';
import { type Hold, Holds } from './holds.ts';

const wait = (limitMs: number, at: number): Timed => ({ kind: 'wait', limitMs, at });
const moment = (outByMs: number): Timed => ({ kind: 'moment', outByMs });
const value = (bearsMs: number): Timed => ({ kind: 'value', bearsMs });
const answer = (from: number, to: number): Timed => ({ kind: 'answer', answers: [{ from, to }], limitMs: 2000 });
const worker = (at: number, ms: number): Hold => ({ by: 'worker', at, ms });
const probe = (at: number, ms: number): Hold => ({ by: 'RTP probe', at, ms });

it.each<readonly [string, Timed, readonly Hold[], number | undefined, RegExp | undefined]>([
  ['a wait of a suite that was awake', wait(5000, 9000), [], undefined, undefined],
  ['a wait that was slept through', wait(5000, 9000), [worker(8000, 1200)], 0, /worker for 1200 ms of the 5 s/],
  ['a wait of an odd length', wait(32_775.23515, 40_000), [worker(38_000, 1200)], 0, / of the 32\.8 s that it waited/],
  ['a short wait of an odd length', wait(400.4567, 9000), [worker(8900, 120)], 1, / of the 400 ms that/],
  ['a wait, and short hold-ups that add up', wait(5000, 9000), [probe(7000, 600), probe(8000, 500)], 0, /RTP probe/],
  ['a wait, and a hold-up that is no matter', wait(5000, 9000), [worker(8000, 900)], 1, undefined],
  ['a hold-up before the wait began', wait(2000, 9000), [worker(6900, 4000)], 1, undefined],
  ['a short wait bears less', wait(400, 9000), [worker(8900, 120)], 1, /120 ms of the 400 ms/],
  ['but not the blink of an eye', wait(100, 9000), [worker(8990, 60)], 1, undefined],
  ['a target without its share of the machine', wait(5000, 9000), [], 9.5, /9\.5 threads wanted each core/],
  ['a machine that is merely busy', wait(5000, 9000), [], 4, undefined],
  [
    'a moment missed by less than we were late',
    moment(80),
    [worker(5000, 90)],
    1,
    /worker 90 ms\), where 80 ms explain what came/,
  ],
  ['a moment missed by more', moment(300), [worker(5000, 90)], 1, undefined],
  ['a moment noted late at both ends', moment(150), [worker(5000, 90), probe(6000, 70)], 1, /RTP probe 70 ms/],
  ['a moment, and hold-ups that add up', moment(150), [worker(5000, 90), worker(6000, 70)], 1, /worker 160 ms/],
  ['a moment missed by a hair, and hardly late', moment(1), [worker(5000, 30)], 1, undefined],
  ['a moment on a crowded machine', moment(3000), [], 20, /20\.0 threads/],
  ['a value, and we were late with our part', value(300), [probe(5000, 310)], 1, /RTP probe for 310 ms/],
  ['a value, and we were in time', value(300), [probe(5000, 290)], 1, undefined],
  ['a value, and it was SIPp that started late', value(300), [{ by: 'SIPp', at: 5000, ms: 3473 }], 1, undefined],
  ['an answer that was late', answer(6000, 6500), [worker(6400, 520)], 1, /520 ms around a callback.*waits 2 s for/],
  ['a callback that was noticed late', answer(6000, 6010), [worker(5900, 520)], 1, /520 ms around a callback/],
  [
    'a callback that was noticed after the value, and may have come before',
    answer(7900, 7000),
    [worker(6950, 520), worker(7800, 700)],
    1,
    /520 ms around a callback/,
  ],
  ['an answer, and we were held up after the value', answer(6000, 6100), [worker(6800, 600)], 1, undefined],
  ['what bears whatever comes', value(Number.POSITIVE_INFINITY), [worker(6000, 9000)], 50, undefined],
  ['an answer in time', answer(6000, 6010), [worker(3900, 900), worker(9000, 900)], 50, undefined],
  ['an answer that only the RTP probe was late beside', answer(6000, 6500), [probe(6400, 520)], 1, undefined],
  ['a value on a crowded machine is what it is', value(300), [], 50, undefined],
])('%s', (_name, timed, all, crowd, words) => {
  const holds = new Holds();
  for (const hold of all) holds.note(hold);
  const said = excuse(timed, { holds, crowd: () => crowd }, { from: 4000, to: 10_000 });
  if (words === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(words);
});
