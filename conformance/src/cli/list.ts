import { forApplications, judgeable } from '../catalogue/reason.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import type { ScenarioMeta } from '../harness/types.ts';
import type { Paint } from '../run/progress.ts';
import { cut } from '../run/progress.ts';

/** The catalogue, or some areas of it, as text: each row with the tests that name it; the last line counts. */
export function listing(
  catalogue: readonly RequirementRow[],
  scenarios: readonly ScenarioMeta[],
  paint: Paint,
  width: number | undefined,
  areas?: readonly string[],
): string {
  const rows = catalogue.filter((row) => areas?.includes(row.area) ?? true);
  const lines: string[] = [];
  for (const [name, own] of Map.groupBy(rows, (row) => row.area)) {
    if (lines.length > 0) lines.push('');
    lines.push(`${paint('bold', name)}  ${paint('dim', coverage(own, scenarios))}`);
    for (const row of own) lines.push(...rowLines(row, scenarios, paint, width));
  }
  const testable = rows.filter(judgeable);
  const named = testable.filter((row) => testsOf(row, scenarios).length > 0).length;
  const tests = scenarios.filter((s) => rows.some((row) => s.requirements.includes(row.slug))).length;
  const unknown = [...new Set(scenarios.flatMap((s) => s.requirements))].filter(
    (slug) => !catalogue.some((row) => row.slug === slug),
  );
  if (unknown.length > 0) lines.push('', paint('bad', `named by tests, not in the catalogue: ${unknown.join(', ')}`));
  lines.push(
    '',
    `${rows.length} requirements, ${testable.length} testable, ${named} named by ${tests} tests, ${testable.length - named} without a test`,
  );
  return `${lines.join('\n')}\n`;
}

/** How many of the rows on which a service can be judged some test names. */
function coverage(rows: readonly RequirementRow[], scenarios: readonly ScenarioMeta[]): string {
  const testable = rows.filter(judgeable);
  const named = testable.filter((row) => testsOf(row, scenarios).length > 0);
  return `${named.length} of ${testable.length} testable rows have a test`;
}

function rowLines(
  row: RequirementRow,
  scenarios: readonly ScenarioMeta[],
  paint: Paint,
  width: number | undefined,
): string[] {
  const tests = testsOf(row, scenarios);
  const [sign, tone] = !judgeable(row)
    ? (['∅', 'dim'] as const)
    : tests.length > 0
      ? (['✓', 'good'] as const)
      : (['○', 'warn'] as const);
  const head = `  ${paint(tone, sign)} ${row.slug}  ${paint('dim', `${row.strength}, ${row.level}${row.capability === undefined ? '' : `, ${row.capability}`}`)}`;
  const text = `      ${row.text}`;
  const under =
    row.untestable !== undefined
      ? `untestable: ${row.untestable}`
      : tests.length > 0
        ? tests.join(', ')
        : forApplications(row)
          ? 'asked of applications'
          : 'no test';
  return [head, width === undefined ? text : cut(text, width), paint('dim', `      ${under}`)];
}

function testsOf(row: RequirementRow, scenarios: readonly ScenarioMeta[]): string[] {
  return scenarios.filter((s) => s.requirements.includes(row.slug)).map((s) => s.id);
}
