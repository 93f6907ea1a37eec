import type { Io } from '@mediaservice/conformance/kit';
import { EXIT, type LoadReport } from '../report/model.ts';
import { prepareReport, UnwrittenError, writeReport } from '../report/write.ts';
import { planOf } from '../run/plan.ts';
import { run } from '../run/run.ts';
import { sharedApplication } from '../run/shared.ts';
import type { K6, RunWish } from '../run/types.ts';
import type { Opened } from '../target/open.ts';
import { closing } from './closing.ts';
import type { RunOptions } from './program.ts';
import { Progress } from './progress.ts';

/** What `run` needs of the world. */
export interface RunTools {
  findK6(options: Pick<RunOptions, 'k6' | 'extension'>, signal: AbortSignal): Promise<K6>;
  /** `elsewhere`: an application that runs already answers its callbacks. */
  openTarget(named: string | undefined, elsewhere?: boolean): Promise<Opened>;
}

export function wishOf(scenario: string, k6Arguments: readonly string[], options: RunOptions): RunWish {
  const { calls, rate, duration, ramp, talk, mix, objective, segment, segmentSequence } = options;
  return {
    scenario,
    ...(calls !== undefined && { calls }),
    ...(rate !== undefined && { rate }),
    ...(duration !== undefined && { durationSeconds: duration }),
    ...(ramp !== undefined && { rampSeconds: ramp }),
    ...(talk !== undefined && { talkSeconds: talk }),
    ...(mix !== undefined && { mix }),
    ...(objective !== undefined && { objectives: objective }),
    ...(segment !== undefined && { segment }),
    ...(segmentSequence !== undefined && { segmentSequence }),
    ...(k6Arguments.length > 0 && { k6Arguments }),
  };
}

/**
 * Loads a target from start to end: looks at the settings, finds k6, opens the target, runs, writes the report, says how it
 * ended.
 * @throws {SettingsError} {TargetError} for whatever the user has to set right, before anything is loaded.
 */
export async function runCommand(wish: RunWish, options: RunOptions, tools: RunTools, io: Io): Promise<number> {
  // A slip of the pen is told before anything is built or started.
  const { setting } = planOf(wish);
  const stop = new AbortController();
  let asked = 0;
  const release = io.onInterrupt(() => {
    asked += 1;
    if (asked === 1) {
      io.err('\nstopping: calls under way are hung up, what was measured is kept; once more to stop at once\n');
      stop.abort('stop');
    } else if (asked === 2) kill.abort();
    else io.exit(EXIT.incomplete);
  });
  const kill = new AbortController();
  try {
    const k6 = await tools.findK6(options, stop.signal);
    await prepareReport(options.report);
    if (stop.signal.aborted) return stopped(io);
    const { target, told } = await tools.openTarget(options.target, options.application !== undefined);
    try {
      if (told !== undefined) io.out(`${told}\n`);
      // Without its addresses not all of the wish could be looked at.
      planOf(wish, target);
      const shared = options.application === undefined ? undefined : await sharedApplication(options.application);
      if (stop.signal.aborted) return stopped(io);
      io.out(`${wish.scenario} against ${target.name} …\n`);
      const progress = new Progress(io, setting.rampSeconds + setting.durationSeconds + setting.talkSeconds);
      const report = await run(wish, {
        k6,
        target,
        directory: options.report,
        signal: stop.signal,
        kill: kill.signal,
        env: io.env,
        ...(shared && { application: shared }),
        onSample: (sample) => progress.take(sample),
      }).finally(() => progress.end());
      return await keep(report, options.report, io);
    } finally {
      await target.close();
    }
  } finally {
    release();
  }
}

/** Writes the report and shows it; what could not be written is shown at least. */
async function keep(report: LoadReport, directory: string, io: Io): Promise<number> {
  try {
    await writeReport(directory, report);
  } catch (error) {
    if (!(error instanceof UnwrittenError)) throw error;
    io.out(closing(report, undefined, io.paint));
    throw error;
  }
  io.out(closing(report, directory, io.paint));
  return report.ending.exitCode;
}

function stopped(io: Io): number {
  io.err('stopped before anything was loaded\n');
  return EXIT.incomplete;
}
