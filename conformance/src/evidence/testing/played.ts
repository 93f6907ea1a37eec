/** One scenario against the small target of the harness's tests, with its record, for tests of what is made of records. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundings } from '../../drivers/sipp/launcher.ts';
import { createHarness } from '../../harness/harness.ts';
import { runRecorded, runScenario } from '../../harness/scenario.ts';
import { type Faults, fakeTarget } from '../../harness/testing/fake-target.ts';
import type { HarnessSettings, ScenarioMeta, ScenarioOutcome, TestContext } from '../../harness/types.ts';
import { replayScenario } from '../replay.ts';

export const meta: ScenarioMeta = {
  id: 'ivr/plays',
  title: 'An answered call hears a tone',
  area: 'ivr',
  requirements: ['slug'],
  needs: { call: true, rtp: true, webhook: true },
  timeoutMs: 5000,
};

export const plays = async (ctx: TestContext): Promise<void> => {
  ctx.webhooks.on('newCall', () => ({ action: 'ivr' }));
  const call = await ctx.call();
  await call.established;
  const newCall = await ctx.webhooks.next('newCall');
  ctx.expect('slug', 'calledParty of newCall', newCall.body.calledParty, { equals: ctx.number });
  const { pcm } = await call.rtp.waitForTone(440, 200, 3000).then(() => call.rtp.audio());
  ctx.expect('slug', 'samples', pcm.length, { that: 'some', holds: (length) => length > 1600 });
  await call.hangup();
};

export interface Played {
  readonly outcome: ScenarioOutcome;
  readonly evidenceDir: string;
  readonly settings: HarnessSettings;
  /** Judges it again from what lies in the directory now. */
  again(run?: (ctx: TestContext) => Promise<void>): Promise<ScenarioOutcome>;
  remove(): Promise<void>;
}

/** Runs the scenario against a target with these faults; `before` may do something to the directory of its evidence, `redact` is taken out of it. */
export async function played(
  run = plays,
  faults: Faults = {},
  before: (directory: string) => Promise<void> = async () => {},
  redact: readonly string[] = [],
): Promise<Played> {
  const fake = await fakeTarget(faults);
  const evidenceDir = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
  const settings: HarnessSettings = {
    target: { ...fake.target, redact },
    runner: 'local',
    environment: surroundings(process.env),
    epoch: Date.now(),
    evidenceDir,
  };
  const harness = await createHarness(settings);
  try {
    await before(join(evidenceDir, meta.id));
    const outcome = await runRecorded(meta, harness, run);
    const again = (other = run): Promise<ScenarioOutcome> =>
      replayScenario(meta, { ...settings, replay: evidenceDir }, (drivers) => runScenario(meta, drivers, other));
    return { outcome, evidenceDir, settings, again, remove: () => rm(evidenceDir, { recursive: true, force: true }) };
  } finally {
    await harness.close();
    await fake.close();
  }
}
