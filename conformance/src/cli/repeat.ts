import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askedAgain, flakeLine, flakeWords, Repetitions } from '../repeat/flakes.ts';
import type { Report } from '../report/model.ts';
import { isOurs } from '../report/write.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import type { Io } from './io.ts';

/** The last word on a report; `kept`: whether it stays where it is written, so that people can be shown the way. */
export type Finish = (report: Report) => { readonly report: Report; readonly kept: boolean };

/** Makes one run, writes its report to a folder and tells how it ended. */
export type Once = (
  place: string,
  finish?: Finish,
) => Promise<{ readonly report: Report; readonly exitCode: ExitCode }>;

/** Takes away what an earlier run has left of its repetitions; nothing else. */
async function clear(place: string): Promise<void> {
  const names = await readdir(place).catch(() => []);
  for (const name of names.filter((one) => /^repetition-\d+$/.test(one))) {
    const old = join(place, name);
    if (await isOurs(old)) await rm(old, { recursive: true, force: true });
  }
}

/** The folder of a repetition that somebody else has put something into: it would be taken away after that repetition. */
export async function takenBy(times: number, place: string): Promise<string | undefined> {
  for (let n = 1; n < times; n += 1) {
    const own = join(place, folder(n));
    const names = await readdir(own).catch((error: unknown) => (isNodeError(error, 'ENOENT') ? [] : ['no folder']));
    if (names.length > 0 && !(await isOurs(own))) return own;
  }
  return undefined;
}

const isNodeError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Its folder for the repetitions before the last one. */
const folder = (repetition: number): string => `repetition-${repetition}`;

/**
 * Makes a run again and again on one start of the target, so that what one leaves behind is seen by the next. Of a
 * repetition that ended well, with no test asked again, nothing is kept but its verdicts; the report of the last one tells of all.
 */
export async function repeated(times: number, place: string, once: Once, io: Io): Promise<ExitCode> {
  const repetitions = new Repetitions();
  let unwritten: ExitCode = EXIT.conformant;
  await clear(place);
  for (let n = 1; ; n += 1) {
    io.out(`${n === 1 ? '' : '\n'}repetition ${n} of ${times}\n`);
    const last = n === times;
    let kept = last;
    const finish: Finish = (report) => {
      kept ||= report.ending.exitCode !== EXIT.conformant || askedAgain(report).length > 0;
      repetitions.add(report, kept && !last ? folder(n) : undefined);
      if (!last) return { report, kept };
      // What outweighs the others ended the last one too, or its reasons would be of another ending.
      const ending = repetitions.ending();
      const reasons = [...ending.reasons, ...report.ending.reasons];
      return {
        report: { ...report, ending: { ...ending, reasons }, repetitions: repetitions.summary() },
        kept,
      };
    };
    const own = last ? place : join(place, folder(n));
    const { report, exitCode } = await once(own, finish);
    if (exitCode !== report.ending.exitCode) unwritten = exitCode;
    if (!kept && exitCode === EXIT.conformant) await rm(own, { recursive: true, force: true });
    if (last || report.ending.interrupted) break;
  }
  const summary = repetitions.summary();
  io.out(`${['', ...flakeWords(summary), flakeLine(summary)].join('\n')}\n`);
  const { exitCode } = repetitions.ending();
  return exitCode === EXIT.conformant ? unwritten : exitCode;
}
