/**
 * Generated sequences in a world that keeps its own books: only what could happen happens, each command is judged as it
 * leaves, and at the end either everybody leaves and no time passes, or nobody does anything any more.
 */
import { validateCallbackAnswer } from '@mediaservice/spec';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { playSequences, sessionOperations } from './testing/sequences.ts';
import { farEndMoves } from './testing/world/far-end.ts';
import { kinds } from './testing/world/kinds.ts';
import { mediaMoves } from './testing/world/media.ts';
import { moves } from './testing/world/moves.ts';
import { everybodyLeaves, holdAtEnd, holdNow, nobodyActs } from './testing/world/promises.ts';
import { createWorld, type Move } from './testing/world/world.ts';

const reasons = [
  'applicationHangup',
  'calledPartyDrop',
  'callingPartyDrop',
  'cancelled',
  'completed',
  'error',
  'maxDuration',
  'noAnswer',
  'rejected',
];
const parties = ['callingParty', 'calledParty'];
const events = [
  ...parties.flatMap((party) => [`${party}Drop`, `${party}Failure`]),
  'callerConnectionSplit',
  'calleeConnectionSplit',
];
const alarms = [
  'maxDuration',
  'No response to callEvent request',
  'No action provided in callEvent response',
  'callEvent response with unknown action',
  'Invalid sip address',
  'newCall response empty',
  'newCall response without action',
  'newCall response with unknown action',
  'newCall request failed',
  'triggeredByAlways',
  'triggeredByError',
  'phraseError',
  'phraseRemoteCacheTimeout',
  'mediaServerError',
  'Empty body in getIvrCommand response',
  'getIvrCommand request error',
  'IVR command failed',
  'RTP media timeout',
  'invalidSdp',
  'sessionExpired',
  'cancelFailed',
  'unexpectedReinviteResponse',
];

/** All kinds of session together. */
const sequences = 24_000;
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);
const reached = new Map<string, number>();

const play = (kind: string, path: readonly Move[], variant: number) => {
  const whole = variant === 0;
  const { settings } = kinds[kind] ?? {};
  const world = createWorld({
    ...(settings && { settings }),
    ...(whole && { host: { validateAnswer: validateCallbackAnswer } }),
  });
  for (const { run } of path) {
    run(world);
    holdNow(world);
  }
  (variant % 2 === 0 ? everybodyLeaves : nobodyActs)(world);
  holdAtEnd(world, whole);
  for (const what of world.reached) reached.set(what, (reached.get(what) ?? 0) + 1);
};

it.each(Object.entries(kinds))(
  '%s: every promise holds in a world where only what can happen does',
  (kind, { way }) => {
    const numRuns = sequences / Object.keys(kinds).length;
    process.stdout.write(`model: ${numRuns} sequences of ${kind} in a strict world, MODEL_SEED=${seed}\n`);
    const sequence = fc.array(moves, { maxLength: 40, size: 'max' });
    // The schemas cost ten times what the session does, so a part of the sequences is held to them.
    const { failed, report } = playSequences({ way, moves: sequence, variants: 19, numRuns, seed }, (path, variant) =>
      play(kind, path, variant),
    );
    expect(failed, report).toBe(false);
  },
  60_000,
);

describe('the sequences reach', () => {
  const count = (prefix: RegExp) => [...reached.keys()].filter((what) => prefix.test(what));
  afterAll(() => {
    const legs = count(/^(?:none|invited|calling|cancelling|answered|confirmed|over)\//);
    process.stdout.write(
      `model: reached ${legs.length} pairs of a leg's state and what happens to it, ${count(/: 200$/).length} operations done, ${
        count(/: 4\d\d$/).length
      } ways of refusing one, ${count(/^raised /).length} alarms, ${count(/^reason/).length} reasons, ${
        count(/^event/).length
      } events\n`,
    );
  });

  it.each(Object.keys({ ...farEndMoves, ...mediaMoves }))('%s', (name) => {
    expect([...reached.keys()].some((what) => what.endsWith(`: ${name}`))).toBe(true);
  });

  it('every reason, callEvent and alarm that there is, and each operation carried out and refused', () => {
    const missing = [
      ...reasons.map((reason) => `reason: ${reason}`),
      ...events.map((event) => `event: ${event}`),
      ...alarms.map((alarm) => `raised ${alarm}`),
      ...sessionOperations.flatMap((name) => [`${name}: 200`, `${name}: 404`]),
    ].filter((what) => !reached.has(what));
    expect(missing).toEqual([]);
  });
});
