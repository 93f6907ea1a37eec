/** What commands of several runs share: Ctrl-C, the target that is opened again when it died, a run with its report. */
import { join } from 'node:path';
import type { Io } from '@mediaservice/conformance/kit';
import { EXIT, type LoadReport } from '../report/model.ts';
import { prepareReport, writeReport } from '../report/write.ts';
import { planOf } from '../run/plan.ts';
import { run } from '../run/run.ts';
import type { K6, LoadTarget, RunWish } from '../run/types.ts';
import { Progress } from './progress.ts';
import type { RunTools } from './run.ts';

export interface Interrupts {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  release(): void;
}

/** The first Ctrl-C asks to stop, the second kills k6, the third ends the program. */
export function interrupts(io: Io): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let asked = 0;
  const release = io.onInterrupt(() => {
    asked += 1;
    if (asked === 1) {
      io.err('\nstopping: calls under way are hung up, what was found is kept; once more to stop at once\n');
      stop.abort('stop');
    } else if (asked === 2) kill.abort();
    else io.exit(EXIT.incomplete);
  });
  return { stop: stop.signal, kill: kill.signal, release };
}

/** A target that is there whenever a run wants it: what died in one run is started again for the next. */
export class Standby {
  readonly #named: string | undefined;
  readonly #tools: RunTools;
  #open: { readonly target: LoadTarget; dead: boolean } | undefined;

  constructor(named: string | undefined, tools: RunTools) {
    this.#named = named;
    this.#tools = tools;
  }

  /** @throws {SettingsError} {TargetError} */
  async target(tell: (line: string) => void): Promise<LoadTarget> {
    if (this.#open?.dead === true) await this.close();
    if (this.#open !== undefined) return this.#open.target;
    const { target, told } = await this.#tools.openTarget(this.#named);
    if (told !== undefined) tell(told);
    const open = { target, dead: false };
    this.#open = open;
    void target.died.then(() => {
      open.dead = true;
    });
    return target;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.target.close();
  }
}

/** Runs once, shows it while it lasts, and leaves report.json in `directory/folder`. */
export async function runInto(
  directory: string,
  folder: string,
  wish: RunWish,
  {
    k6,
    target,
    io,
    halt,
  }: { readonly k6: K6; readonly target: LoadTarget; readonly io: Io; readonly halt: Interrupts },
): Promise<LoadReport> {
  const { setting } = planOf(wish, target);
  const place = join(directory, folder);
  await prepareReport(place);
  const progress = new Progress(io, setting.rampSeconds + setting.durationSeconds + setting.talkSeconds);
  const report = await run(wish, {
    ...{ k6, target, directory: place, signal: halt.stop, kill: halt.kill, env: io.env },
    onSample: (sample) => progress.take(sample),
  }).finally(() => progress.end());
  await writeReport(place, report);
  return report;
}
