/**
 * What every implementation of the media port has to do, on real UDP on the loopback. The embedded engine and the
 * FreeSWITCH adapter run the same.
 */
import { afterAll, beforeEach, describe, expect } from 'vitest';
import { farEnd } from './contract/far-end.ts';
import { joined } from './contract/joined.ts';
import { keys } from './contract/keys.ts';
import { listening } from './contract/listening.ts';
import { opening } from './contract/opening.ts';
import { playing } from './contract/playing.ts';
import { recording } from './contract/recording.ts';
import { createStage, type Stage, type Start } from './contract/stage.ts';
import { talking } from './contract/talking.ts';

export type { ContractOptions, MediaPortUnderTest } from './contract/stage.ts';

const parts = {
  ...{ opening, playing, keys, talking, listening, recording },
  'the far end': farEnd,
  'joined legs': joined,
} satisfies Record<string, (stage: Stage) => void>;
export type ContractPart = keyof typeof parts;

/**
 * Declares the tests. `start` makes the implementation that all of them share; `only` leaves the other parts out.
 * `differences` names tests that the implementation does not pass, each with the reason that is given for skipping it; a
 * name that no test has is a fault.
 */
export function mediaPortContract(
  name: string,
  start: Start,
  only?: readonly ContractPart[],
  differences: Readonly<Record<string, string>> = {},
): void {
  describe(name, () => {
    const met = new Set<string>();
    // Before all that the stage does for a test.
    beforeEach(({ task, skip }) => {
      const reason = differences[task.name];
      if (reason === undefined) return;
      met.add(task.name);
      skip(reason);
    });
    afterAll(() => expect(Object.keys(differences).filter((each) => !met.has(each))).toEqual([]));
    const stage = createStage(start);
    for (const [part, declare] of Object.entries(parts)) {
      if (only === undefined || only.some((each) => each === part)) describe(part, () => declare(stage));
    }
  });
}
