import type { RequirementRow } from '../../catalogue/row.ts';
import { demanded } from '../gaps.ts';
import type { SelftestResult } from '../run.ts';
import type { Mutant } from '../types.ts';
import type { SelftestMutant, SelftestReport, SelftestRow } from './model.ts';

interface Input {
  readonly rows: readonly RequirementRow[];
  /** All that there are, and the ids of those that this run was to kill. */
  readonly mutants: readonly Mutant[];
  readonly chosen: ReadonlySet<string>;
  readonly exempt: Readonly<Record<string, string>>;
  /** Faults of the lists. */
  readonly faults: readonly string[];
  readonly result: SelftestResult;
  readonly tool: SelftestReport['tool'];
}

/** Lays what became of the mutants over the catalogue. */
export function buildSelftestReport(input: Input): SelftestReport {
  const { rows, chosen, result } = input;
  const mutants = input.mutants.filter(({ id }) => chosen.has(id)).map((one) => describe(one, result));
  const requirements = demanded(rows).map((row) => lay(row, input, mutants));
  const states = (state: SelftestMutant['state']): number => mutants.filter((one) => one.state === state).length;
  return {
    kind: 'selftest',
    schemaVersion: 1,
    tool: input.tool,
    startedAt: new Date(result.startedAt).toISOString(),
    durationMs: Math.round(result.durationMs),
    summary: {
      mutants: mutants.length,
      killed: states('killed'),
      survived: states('survived') + states('no-scenario'),
      neverApplied: states('never-applied'),
      notRun: states('not-run'),
      demanded: requirements.length,
      proven: requirements.filter(({ state }) => state === 'proven').length,
      exempt: requirements.filter(({ state }) => state === 'exempt').length,
      partial: result.interrupted || chosen.size < input.mutants.length,
    },
    requirements,
    mutants,
    unfit: unfit(result),
    errors: [...input.faults, ...result.errors],
  };
}

/** Scenarios that do not pass although nothing is rewritten. */
export const unfit = ({ unmutated }: Pick<SelftestResult, 'unmutated'>): SelftestReport['unfit'] =>
  unmutated
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'warning')
    .map(({ scenario, verdict, reasons }) => ({ scenario, verdict, text: reasons[0]?.text ?? '' }));

function describe({ id, title, requirements, rewrites }: Mutant, result: SelftestResult): SelftestMutant {
  const ran = result.mutants.find((one) => one.id === id);
  return {
    ...{ id, title, requirements },
    wires: [...new Set(rewrites.map(({ wire }) => wire))],
    state: ran?.state ?? 'not-run',
    ms: Math.round(ran?.ms ?? 0),
    kills: ran?.kills ?? [],
    tries: (ran?.tries ?? []).map((one) => ({ ...one, ms: Math.round(one.ms) })),
  };
}

function lay(row: RequirementRow, { exempt, ...input }: Input, mutants: readonly SelftestMutant[]): SelftestRow {
  const { slug, text, area, level, source } = row;
  const about = mutants.filter(({ requirements }) => requirements.includes(slug));
  const any = input.mutants.some(({ requirements }) => requirements.includes(slug));
  const kills = about.flatMap((one) => one.kills).filter((kill) => kill.slug === slug && kill.scenario !== undefined);
  const reason = exempt[slug];
  const state = kills.length > 0 ? 'proven' : about.some((one) => one.state !== 'not-run') ? 'survived' : 'not-run';
  return {
    ...{ slug, text, area, level, source },
    ...(any ? { state } : reason === undefined ? { state: 'missing' } : { state: 'exempt', reason }),
    mutants: about.map(({ id }) => id),
  };
}
