import type { Report, ReportGroup, ReportProfile } from '../report/model.ts';
import type { Paint } from '../run/progress.ts';
import { unreachable } from '../verdict/verdict.ts';

/** How the target stands on each level and in each profile, a line each; nothing where only some tests were picked out. */
export function standing({ settings, summary }: Pick<Report, 'settings' | 'summary'>, paint: Paint): string[] {
  const { level, profile, catalogue: _, ...narrow } = settings.selection ?? {};
  if (Object.keys(narrow).length > 0) return [];
  const asked = (names: string | undefined, { name }: ReportGroup): boolean =>
    names === undefined || names.split(',').some((one) => one.trim() === name);
  const lines = [
    ...summary.levels
      .filter((group) => asked(level, group) && group.total > 0)
      .map(
        (group) =>
          ({ group, kind: 'level', words: countsOf(group), tone: group.byVerdict.fail > 0 ? 'bad' : 'good' }) as const,
      ),
    ...summary.profiles
      .filter((group) => asked(profile, group))
      .map((group) => ({ group, kind: 'profile', ...stateOf(group) }) as const),
  ];
  const width = Math.max(...lines.map(({ group }) => group.name.length));
  return lines.map(
    ({ kind, group, words, tone }) => `${kind.padEnd(7)}  ${group.name.padEnd(width)}  ${paint(tone, words)}`,
  );
}

function countsOf({ covered, total, byVerdict }: ReportGroup): string {
  return `${covered} of ${total} covered${byVerdict.fail > 0 ? `, ${byVerdict.fail} failed` : ''}`;
}

function stateOf(group: ReportProfile): { readonly words: string; readonly tone: 'good' | 'bad' | 'warn' | 'dim' } {
  switch (group.state) {
    case 'conformant':
      return { words: `conformant, ${countsOf(group)}`, tone: 'good' };
    case 'not-conformant':
      return { words: `not conformant, ${countsOf(group)}`, tone: 'bad' };
    case 'not-claimed':
      return { words: `not claimed: ${group.missing.join(', ')}`, tone: 'dim' };
    case 'incomplete':
      return { words: `incomplete, ${countsOf(group)}`, tone: 'warn' };
    default:
      return unreachable(group.state);
  }
}
