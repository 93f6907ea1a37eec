/** A step of a search, out of the report of its run. Pure. */
import { isMeasure, type MeasureName, measureOf, measures } from '../figures/measures.ts';
import type { Figures } from '../figures/model.ts';
import { EXIT, type LoadReport } from '../report/model.ts';
import type { CapacityStep, Verdict, Wanted } from './model.ts';

/** Undefined: the run was stopped, or the kit broke; nothing is known of the load. */
export function verdictOf({ ending, figures }: LoadReport): Verdict | undefined {
  switch (ending.exitCode) {
    case EXIT.held:
      return 'held';
    case EXIT.broken:
      return 'broken';
    case EXIT.invalid:
      return 'generator';
    case EXIT.incomplete:
    case EXIT.settings:
    case EXIT.harnessError:
      return undefined;
    default:
      throw new Error(
        `no verdict of ${String(ending.exitCode satisfies never)} after ${figures.calls.attempted} calls`,
      );
  }
}

export function stepFrom(wanted: Wanted, verdict: Verdict, report: LoadReport, path: string): CapacityStep {
  return {
    ...wanted,
    verdict,
    started: report.started,
    seconds: report.seconds,
    broken: report.objectives.filter(({ held, measure }) => !held && isMeasure(measure)),
    reasons: report.ending.reasons,
    measures: measured(report.figures),
    report: path,
  };
}

/** All that there was to measure. */
export function measured(figures: Figures): Partial<Record<MeasureName, number>> {
  const names = Object.keys(measures).filter(isMeasure);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = measureOf(name).read(figures);
      return value === undefined ? [] : [[name, Number(value.toPrecision(6))] as const];
    }),
  );
}
