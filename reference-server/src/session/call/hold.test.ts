import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import type { Direction } from '../ports/media.ts';
import { caller, dest, type Talk, talking } from '../testing/call-bench.ts';
import { testSdp } from '../testing/sdp.ts';

const described = (direction: Direction) => testSdp({ attributes: [direction] });

/** A party's re-INVITE with this direction, answered; callNotify is answered too. */
const holds = (bench: Talk, leg: LegId, direction: Direction) => {
  bench.dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'reInvite', sdp: direction });
  bench.dispatch({ type: 'media.updated', leg, offerId: 'o1', sdp: `answer to ${direction}`, direction });
  bench.answer('callNotify');
};
/** Our re-INVITE to the leg, which is under way, is taken. */
const taken = (bench: Talk, leg: LegId) => {
  bench.dispatch({ type: 'media.offered', leg, sdp: 'our offer' });
  bench.dispatch({ type: 'sip.reoffered', leg, status: 200, sdp: 'their answer' });
};
const offered = (bench: Talk, leg: LegId) =>
  bench.ports.commands.filter((each) => each.leg === leg && each.call === 'offer').map(({ args }) => args[0]);
const answeredThird = (bench: Talk): LegId => {
  const third = bench.callee();
  bench.opened(third);
  bench.answered(third);
  bench.answer('callAnswered');
  return third;
};

describe('hold across connections (D-HOLD)', () => {
  it('a party who holds is so for whom it is connected with next, until it resumes', () => {
    const bench = talking();
    holds(bench, caller, 'sendonly');
    taken(bench, bench.far);
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    const third = answeredThird(bench);
    expect(offered(bench, third)).toEqual(['sendonly']);
    taken(bench, third);
    holds(bench, caller, 'sendrecv');
    expect(offered(bench, third)).toEqual(['sendonly', 'sendrecv']);
  });

  it('a party who was held is resumed when it is connected with somebody who does not hold', () => {
    const bench = talking();
    holds(bench, bench.far, 'sendonly');
    taken(bench, caller);
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    const third = answeredThird(bench);
    expect(offered(bench, third)).toEqual([]);
    expect(offered(bench, caller)).toEqual(['sendonly', 'sendrecv']);
  });

  it('a party who was held is resumed in the IVR', () => {
    const bench = talking();
    holds(bench, bench.far, 'inactive');
    taken(bench, caller);
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.answer('callEvent', { action: 'ivr' });
    expect(offered(bench, caller)).toEqual(['inactive', 'sendrecv']);
  });

  it('a party who could not be told to hold yet is not told when the one who held has gone', () => {
    const bench = talking();
    holds(bench, bench.far, 'sendonly');
    bench.dispatch({ type: 'media.offered', leg: caller, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: caller, status: 491 });
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    answeredThird(bench);
    bench.ports.clock.advance(4_000);
    expect(offered(bench, caller)).toEqual(['sendonly', 'sendrecv']);
  });

  it.each([
    ['the offer of the INVITE', { call: { sdp: described('sendonly') } }],
    ['an answer to our offer', {}],
  ])('counts when it is said in %s', (where, options) => {
    const bench = talking({}, options);
    if (where.startsWith('an answer')) {
      bench.dispatch({ type: 'sip.offered', leg: caller, offerId: 'o1', method: 'reInvite' });
      bench.dispatch({ type: 'media.offered', leg: caller, sdp: 'whole offer' });
      bench.dispatch({ type: 'sip.confirmed', leg: caller, sdp: described('sendonly') });
    }
    expect(offered(bench, bench.far)).toEqual(['sendonly']);
    expect(offered(bench, caller)).toEqual(where.startsWith('an answer') ? ['sendrecv'] : []);
  });
});
