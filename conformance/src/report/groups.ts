import { judgeable } from '../catalogue/reason.ts';
import { judged, tally } from '../verdict/verdict.ts';
import type { ReportGroup, ReportRequirement, ReportTest } from './model.ts';

/** Sums requirements up by a key; groups named in `first` are always there, the others follow by name. */
export function groupBy(
  requirements: readonly ReportRequirement[],
  tests: readonly ReportTest[],
  key: (row: ReportRequirement) => string,
  first: readonly string[] = [],
): ReportGroup[] {
  const groups = Map.groupBy(requirements, key);
  const others = [...groups.keys()].filter((name) => !first.includes(name)).toSorted();
  return [...first, ...others].map((name) => {
    const rows = groups.get(name) ?? [];
    const slugs = new Set(rows.map((row) => row.slug));
    const testable = rows.filter(judgeable);
    return {
      name,
      total: testable.length,
      covered: testable.filter((row) => row.tests.some((test) => judged(test.verdict))).length,
      byVerdict: tally(rows.map((row) => row.verdict)),
      tests: tests.filter((test) => test.requirements.some(({ slug }) => slugs.has(slug))).length,
    };
  });
}
