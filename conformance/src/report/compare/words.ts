import type { Paint } from '../../run/progress.ts';
import { plain } from '../formats/markdown.ts';
import { duration, VERDICT_WORDS } from '../html/words.ts';
import type { Change, Comparison, Turn } from './compare.ts';

const TURNS: readonly { readonly turn: Turn; readonly title: string; readonly tone: Parameters<Paint>[0] }[] = [
  { turn: 'worse', title: 'worse', tone: 'bad' },
  { turn: 'unjudged', title: 'no longer judged', tone: 'warn' },
  { turn: 'better', title: 'better', tone: 'good' },
  { turn: 'other', title: 'changed', tone: 'dim' },
];

const verdictWord = (verdict: Change['from']): string =>
  verdict === undefined ? 'not there' : VERDICT_WORDS[verdict].word;

/** The last line; scripts read it. */
export function compareLine({ tests, requirements, worse, incomplete }: Comparison): string {
  const of = (list: readonly Change[], turn: Turn): number => list.filter((change) => change.turn === turn).length;
  const words = (name: string, list: readonly Change[]): string =>
    `${name} ${of(list, 'worse')} worse, ${of(list, 'unjudged')} no longer judged, ${of(list, 'better')} better, ${of(list, 'other')} changed`;
  const all = worse ? 'worse' : incomplete ? 'incomplete' : 'not worse';
  return `diff: ${words('tests', tests)}; ${words('requirements', requirements)}; ${all}`;
}

/** For the terminal: what got worse first. */
export function compareText(comparison: Comparison, paint: Paint): string {
  const { before, after, slower } = comparison;
  const lines = [sideLine('before', before), sideLine('after ', after)];
  for (const [name, list] of [
    ['tests', comparison.tests] as const,
    ['requirements', comparison.requirements] as const,
  ]) {
    for (const { turn, title, tone } of TURNS) {
      const some = list.filter((change) => change.turn === turn);
      if (some.length === 0) continue;
      lines.push('', paint('bold', `${name}, ${title}:`));
      for (const { id, from, to, reason } of some) {
        lines.push(`  ${paint(tone, `${verdictWord(from)} → ${verdictWord(to)}`)}  ${id}`);
        if ((turn === 'worse' || turn === 'unjudged') && reason !== undefined)
          lines.push(paint('dim', `      ${reason.replace(/\s+/g, ' ')}`));
      }
    }
  }
  if (slower.length > 0) {
    lines.push('', paint('bold', 'much slower:'));
    lines.push(...slower.map(({ id, from, to }) => `  ${duration(from)} → ${duration(to)}  ${id}`));
  }
  lines.push('', compareLine(comparison));
  return `${lines.join('\n')}\n`;
}

function sideLine(name: string, side: Comparison['before']): string {
  const { passed, failed, skipped, covered, total, part, durationMs } = side;
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped; requirements ${covered} of ${total} covered`;
  return `${name}  ${side.target}, ${side.startedAt}${part ? ' (a part)' : ''}: ${counts}; ${duration(durationMs)}`;
}

/** As Markdown of GitHub, for a comment on a pull request. */
export function compareMarkdown(comparison: Comparison): string {
  const { before, after, worse, incomplete } = comparison;
  const row = (name: string, of: (side: Comparison['before']) => string): string =>
    `| ${name} | ${of(before)} | ${of(after)} |`;
  const sections = [
    worse
      ? '## ❌ Worse than before'
      : incomplete
        ? '## ⚠️ Not worse than before, as far as it was judged'
        : '## ✅ Not worse than before',
    [
      '| | before | after |',
      '| --- | --- | --- |',
      row('target', ({ target }) => plain(target)),
      row('tests', ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`),
      row('requirements', ({ covered, total }) => `${covered} of ${total} covered`),
      row('took', ({ durationMs }) => duration(durationMs)),
    ].join('\n'),
    ...table('Tests', comparison.tests),
    ...table('Requirements', comparison.requirements),
    ...(comparison.slower.length === 0
      ? []
      : [
          [
            '### Much slower',
            '',
            '| test | before | after |',
            '| --- | --- | --- |',
            ...comparison.slower.map(({ id, from, to }) => `| ${plain(id)} | ${duration(from)} | ${duration(to)} |`),
          ].join('\n'),
        ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** A comment has a limit; what got worse stands first. */
const MOST = 50;

function table(title: string, list: readonly Change[]): string[] {
  if (list.length === 0) return [];
  const sorted = TURNS.flatMap(({ turn }) => list.filter((change) => change.turn === turn));
  const signs: Readonly<Record<Turn, string>> = { worse: '❌', unjudged: '⚠️', better: '✅', other: '•' };
  const rows = sorted
    .slice(0, MOST)
    .map(
      ({ id, from, to, turn, reason }) =>
        `| ${signs[turn]} | <code>${plain(id)}</code> | ${verdictWord(from)} → ${verdictWord(to)} | ${plain(reason ?? '')} |`,
    );
  const more = sorted.length - rows.length;
  return [
    [
      `### ${title}`,
      '',
      '| | | verdict | why |',
      '| --- | --- | --- | --- |',
      ...rows,
      ...(more > 0 ? ['', `… and ${more} more.`] : []),
    ].join('\n'),
  ];
}
