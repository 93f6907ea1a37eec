/** Hooks of the tests of a file: after each of them what was sent is what the specification says, and nothing is left over. */
import { isCallbackName, validateCallbackBody } from '@mediaservice/spec';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** Opens one stage for all tests of the file; `prepare` is done once, before them. */
export function withStage(
  prepare: (stage: Stage) => Promise<void> = async () => {},
  options: StageOptions = {},
): () => Stage {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(options);
    await prepare(stage);
  }, 30_000);
  afterAll(() => stage?.close());
  beforeEach(() => {
    stage.app.received.length = 0;
    stage.complaints.length = 0;
  });
  afterEach(async () => {
    await expect.poll(() => stage.unrest(), { timeout: 15_000 }).toEqual([]);
    for (const { name, body } of stage.app.received) {
      expect(isCallbackName(name) ? validateCallbackBody(name, body) : [name]).toEqual([]);
    }
    expect(stage.complaints.filter(({ level }) => level === 'error')).toEqual([]);
  });
  return () => stage;
}
