/** Reports of several generators that loaded one target together, as the report of one run. Pure. */
import { SettingsError } from '@mediaservice/conformance/kit';
import { CallbackFigures } from '../figures/callbacks.ts';
import { isMeasure } from '../figures/measures.ts';
import { judge, type Limit } from '../figures/objectives.ts';
import { type Ending, EXIT, type LoadReport, type Objective } from '../report/model.ts';
import { endingOf, unjudged } from '../run/ending.ts';
import type { Window } from '../webhook/protocol.ts';
import { mergeFigures } from './figures.ts';
import { mergeSeries } from './series.ts';

/** A second of the application that served all of them; `at` is when it ended, UTC. */
export type TimedWindow = Window & { readonly at: string };

export interface Source {
  /** Where it was read from. */
  readonly path: string;
  readonly report: LoadReport;
}

/** @throws {SettingsError} when the reports are not of one run. */
export function merge(sources: readonly Source[], windows?: readonly TimedWindow[]): LoadReport {
  const [first, ...others] = sources;
  if (first === undefined || others.length === 0)
    throw new SettingsError('bad-option', 'Two reports or more are merged.');
  for (const { path, report } of others) mustFit(first, path, report);
  const reports = sources.map(({ report }) => report);
  const timed = reports.map(({ started, series }) => ({ startedMs: Date.parse(started), series }));
  const startedMs = Math.min(...timed.map((one) => one.startedMs));
  const endMs = Math.max(...reports.map(({ started, seconds }) => Date.parse(started) + seconds * 1000));
  const served = windows === undefined ? undefined : windowsOf(windows, startedMs, endMs);
  const series = mergeSeries(timed).map((sample) => ({ ...sample, ...secondOf(served, startedMs, sample.at) }));
  const figures = mergeFigures(
    reports.map((report) => report.figures),
    series,
    served && servedBy(served, first.report),
  );
  const objectives = judge(limitsOf(first.report), figures);
  const { k6Summary: _none, ...base } = first.report;
  const { segment: _part, segmentSequence: _sequence, ...setting } = base.setting;
  return {
    ...base,
    setting,
    started: new Date(startedMs).toISOString(),
    seconds: Number(((endMs - startedMs) / 1000).toFixed(3)),
    ...{ figures, objectives, series },
    ending: ending(sources, { figures, objectives }),
    generators: sources.map(({ path, report }) => ({
      report: path,
      ...{ started: report.started, seconds: report.seconds, machine: report.machine },
      ...(report.setting.segment !== undefined && { segment: report.setting.segment }),
      exitCode: report.ending.exitCode,
    })),
  };
}

function mustFit(first: Source, path: string, { scenario, started, seconds, setting, target }: LoadReport): void {
  const of = first.report;
  const refuse = (why: string): never => {
    throw new SettingsError('bad-report', `${path} does not fit ${first.path}: ${why}.`);
  };
  if (scenario !== of.scenario) refuse(`one is of ${scenario}, the other of ${of.scenario}`);
  if (target.name !== of.target.name) refuse(`the targets are ${target.name} and ${of.target.name}`);
  if (setting.segment !== undefined && setting.segment === of.setting.segment)
    refuse(`both are of the segment ${setting.segment}`);
  const [from, to] = [Date.parse(started), Date.parse(started) + seconds * 1000];
  if (from > Date.parse(of.started) + of.seconds * 1000 || to < Date.parse(of.started))
    refuse('they were not run at the same time');
}

const limitsOf = ({ objectives }: LoadReport): Limit[] =>
  objectives.flatMap(({ measure, comparison, limit }) => (isMeasure(measure) ? [{ measure, comparison, limit }] : []));

const windowMs = 1000;
/** sessionCompleted may come so long after the end. */
const lateMs = 5000;

/** Those of a run, of an application that may have served others before and after it: what begins after its end is another's. */
function windowsOf(windows: readonly TimedWindow[], startedMs: number, endMs: number): readonly TimedWindow[] {
  const from = windows.filter(({ at }) => Date.parse(at) >= startedMs);
  const next = from.find(({ at, begun }) => Date.parse(at) >= endMs + windowMs && begun > 0);
  const to = Math.min(endMs + lateMs + 1, next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.at));
  return from.filter(({ at }) => Date.parse(at) < to);
}

function servedBy(windows: readonly TimedWindow[], { figures }: LoadReport) {
  const callbacks = new CallbackFigures();
  for (const window of windows) callbacks.take(window);
  const { roundTripMs } = figures.callbacks;
  const whole = callbacks.whole();
  return { ...whole, callbacks: { ...whole.callbacks, ...(roundTripMs && { roundTripMs }) } };
}

/** What the application saw in the second that ended at `at`. */
function secondOf(windows: readonly TimedWindow[] | undefined, startedMs: number, at: number) {
  if (windows === undefined) return {};
  const callbacks = new CallbackFigures();
  for (const window of windows)
    if (Math.ceil((Date.parse(window.at) - startedMs) / 1000) === at) callbacks.take(window);
  return callbacks.second(1);
}

/** A generator that was stopped, broke or was saturated spoils the whole; objectives are judged of the whole alone. */
function ending(
  sources: readonly Source[],
  { figures, objectives }: { readonly figures: LoadReport['figures']; readonly objectives: readonly Objective[] },
): Ending {
  const told = (code: number): string[] =>
    sources.flatMap(({ path, report }) => {
      // What a part could not judge is judged of the whole, or said of it.
      const reasons = report.ending.reasons.filter((reason) => !unjudged(report.objectives).includes(reason));
      return report.ending.exitCode === code ? reasons.map((reason) => `${path}: ${reason}`) : [];
    });
  for (const code of [EXIT.harnessError, EXIT.incomplete, EXIT.invalid] as const) {
    const reasons = told(code);
    if (reasons.length > 0) return { exitCode: code, reasons };
  }
  // Objectives hold and yet it is not 0: the target died.
  const died = sources.find(
    ({ report }) =>
      report.ending.exitCode === EXIT.broken &&
      report.objectives.every((objective) => objective.held || objective.unjudged === true),
  );
  const targetDied = died?.report.ending.reasons[0];
  return endingOf({ figures, objectives, stopped: false, faults: [], ...(targetDied !== undefined && { targetDied }) });
}
