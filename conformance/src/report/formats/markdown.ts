import { count, duration, headline, VERDICT_WORDS } from '../html/words.ts';
import type { Report, ReportTest } from '../model.ts';
import { missed, reasonLines } from './outcome.ts';

/** So many faults are told in full, so many other notes; a comment on a pull request has a limit, and its readers too. */
const MOST_FAULTS = 20;
const MOST_NOTES = 10;
const LONGEST = 300;

/** The run as Markdown of GitHub, for a comment on a pull request or the summary of a job. */
export function markdown(report: Report): string {
  const { summary, target, ending } = report;
  const { words } = headline(ending.exitCode, report.settings.selection !== undefined);
  const sign = ending.exitCode === 0 ? '✅' : ending.exitCode === 1 ? '❌' : '⚠️';
  const sections = [
    `## ${sign} ${cell(target.name)}: ${words.toLowerCase()}`,
    [
      `**${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped**; requirements ${summary.covered} of ${summary.total} covered,`,
      `${count(summary.traffic.calls, 'call')}, ${duration(report.durationMs)}.`,
    ].join(' '),
    ...(ending.reasons.length === 0 ? [] : [ending.reasons.map((reason) => `- ${plain(reason)}`).join('\n')]),
    levels(report),
    profiles(report),
    ...faults(report),
    ...notes(report),
    `<sub>${plain(report.tool.name)} ${plain(report.tool.version)}, ${report.startedAt}</sub>`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function levels({ summary }: Report): string {
  const rows = summary.levels
    .filter(({ total }) => total > 0)
    .map(
      ({ name, covered, total, byVerdict, tests }) =>
        `| ${name} | ${covered} of ${total} | ${byVerdict.pass} | ${byVerdict.fail} | ${byVerdict.warning} | ${tests} |`,
    );
  return [
    '| level | covered | pass | fail | warning | tests |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function profiles({ summary }: Report): string {
  const rows = summary.profiles.map(({ name, covered, total, byVerdict, state, missing }) => {
    const lacks = missing.length === 0 ? '' : `: ${missing.join(', ')}`;
    return `| ${name} | ${covered} of ${total} | ${byVerdict.fail} | ${state.replace('-', ' ')}${lacks} |`;
  });
  return ['| profile | covered | fail | standing |', '| --- | ---: | ---: | --- |', ...rows].join('\n');
}

function faults(report: Report): string[] {
  const bad = report.tests.filter(
    ({ verdict, knownFailure }) => verdict === 'harness-error' || (verdict === 'fail' && knownFailure === undefined),
  );
  if (bad.length === 0) return [];
  const more = bad.length - MOST_FAULTS;
  return [
    '### What failed',
    ...bad.slice(0, MOST_FAULTS).map(fault),
    ...(more > 0 ? [`… and ${more} more, in report.html.`] : []),
  ];
}

function fault(test: ReportTest): string {
  const { sign, word } = VERDICT_WORDS[test.verdict];
  const wrong = missed(test).filter(({ level }) => level === 'must');
  const table =
    wrong.length === 0
      ? reasonLines(test)
          .slice(0, 3)
          .map((line) => `- ${plain(line)}`)
      : [
          '| requirement | demanded | expected | came |',
          '| --- | --- | --- | --- |',
          ...wrong
            .slice(0, 5)
            .map((e) => `| ${code(e.requirement)} | ${cell(e.what)} | ${code(e.expected)} | ${code(e.actual)} |`),
        ];
  return [
    `<details><summary>${sign} ${word}: <b>${plain(test.title)}</b> (<code>${plain(test.id)}</code>)</summary>`,
    table.join('\n'),
    '</details>',
  ].join('\n\n');
}

function notes(report: Report): string[] {
  const known = report.tests.filter(({ knownFailure }) => knownFailure !== undefined);
  const starved = report.tests.filter(({ verdict }) => verdict === 'inconclusive');
  const warned = report.tests.filter(({ verdict }) => verdict === 'warning');
  const again = report.tests.filter(({ earlier, verdict }) => earlier !== undefined && verdict !== 'inconclusive');
  const firstTime = again.map((test) => ({ ...test, reasons: test.earlier?.[0]?.reasons ?? [] }));
  const list = (title: string, tests: readonly ReportTest[]): string[] => {
    if (tests.length === 0) return [];
    const more = tests.length - MOST_NOTES;
    const lines = tests.slice(0, MOST_NOTES).map((test) => `- ${code(test.id)} ${plain(reasonLines(test)[0] ?? '')}`);
    return [[`**${title}**`, '', ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n')];
  };
  return [
    ...list('Known failures, accepted by the baseline', known),
    ...list('Inconclusive: the harness was starved', starved),
    ...list('Asked again after an inconclusive attempt', firstTime),
    ...list('A SHOULD was not met', warned),
    ...noticed(report.findings),
  ];
}

function noticed(findings: Report['findings']): string[] {
  if (findings.length === 0) return [];
  const more = findings.length - MOST_NOTES;
  const lines = findings.slice(0, MOST_NOTES).map(({ text }) => `- ${plain(text)}`);
  const rest = more > 0 ? [`- … and ${more} more, in report.json`] : [];
  return [['**Noticed outside any test**', '', ...lines, ...rest].join('\n')];
}

/**
 * Text of which nothing is markup: what a target sends must not write into a comment, nor call somebody by `@`. Character
 * references and not backslashes, since they hold inside HTML too.
 */
export function plain(text: string): string {
  return cut(text)
    .replace(/[<>&\\`*_[\]~|#!"]/g, (sign) => `&#${sign.codePointAt(0)};`)
    .replace(/@/g, '@\u200b');
}

const cell = plain;

/** As code in a cell of a table. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}
