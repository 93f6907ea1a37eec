import type { Report } from '../../report/model.ts';
import { NOT_REJUDGED } from '../replay.ts';
import { testLikeness } from './likeness.ts';

/** A test that has no verdict of its own this time, and why. */
interface Unjudged {
  readonly id: string;
  readonly why: string;
}

export interface Comparison {
  /** Tests whose verdict was found again. */
  readonly same: number;
  /** Sentences on what is not as the report says. */
  readonly differences: readonly string[];
  readonly unjudged: readonly Unjudged[];
}

/** Holds what was found again against what the report of the bundle says: everything that is known again. */
export function compareReports(stated: Report, found: Report): Comparison {
  const now = new Map(found.tests.map((test) => [test.id, test]));
  const unjudged: Unjudged[] = [];
  const differences: string[] = [];
  let same = 0;
  for (const then of stated.tests) {
    const { id, verdict } = then;
    const test = now.get(id);
    const why = test?.reasons.find(({ text }) => text.startsWith(NOT_REJUDGED))?.text.slice(NOT_REJUDGED.length);
    if (why !== undefined) unjudged.push({ id, why });
    else if (test?.verdict === verdict) {
      same += 1;
      differences.push(...unlike(id, testLikeness(then), testLikeness(test)));
    } else {
      const reason = test?.reasons[0]?.text;
      differences.push(
        `${id}: the report says ${verdict}, the evidence ${test?.verdict ?? 'nothing'}${reason === undefined ? '' : `: ${reason}`}`,
      );
    }
  }
  const stands = new Set(stated.tests.map(({ id }) => id));
  for (const { id } of found.tests) if (!stands.has(id)) differences.push(`${id}: the report leaves it out`);
  if (stands.size !== stated.tests.length) differences.push('tests: the report has one twice');
  const open = new Set(unjudged.map(({ id }) => id));
  differences.push(...requirements(stated, found, open));
  const { tests, requirements: rows, ending, summary, repetitions, ...about } = stated;
  const { tests: _, requirements: __, ending: endsAgain, summary: countedAgain, ...aboutAgain } = found;
  for (const name of new Set([...Object.keys(about), ...Object.keys(aboutAgain)] as (keyof typeof about)[]))
    differences.push(...unlike(name, about[name], aboutAgain[name]));
  if (unjudged.length === 0) {
    differences.push(...endings(ending, endsAgain, repetitions !== undefined));
    for (const name of new Set([...Object.keys(summary), ...Object.keys(countedAgain)] as (keyof typeof summary)[]))
      differences.push(...unlike(name, summary[name], countedAgain[name]));
  }
  return { same, differences, unjudged };
}

function requirements(stated: Report, found: Report, open: ReadonlySet<string>): string[] {
  const rows = new Map(found.requirements.map((row) => [row.slug, row]));
  const stands = new Set(stated.requirements.map(({ slug }) => slug));
  const left = found.requirements.filter(({ slug }) => !stands.has(slug));
  const twice = stands.size === stated.requirements.length ? [] : ['requirements: the report has one twice'];
  const differing = stated.requirements.flatMap((then) => {
    const { slug, verdict, tests } = then;
    const row = rows.get(slug);
    if ([...tests, ...(row?.tests ?? [])].some(({ id }) => open.has(id))) return [];
    if (row?.verdict === verdict) return unlike(`requirement ${slug}`, then, row);
    return [`requirement ${slug}: the report says ${verdict}, the evidence ${row?.verdict ?? 'nothing'}`];
  });
  return [...differing, ...left.map(({ slug }) => `requirement ${slug}: the report leaves it out`), ...twice];
}

/** Of repeated runs the last one lies here: all of them together can end worse than it, and never better. */
function endings(stated: Report['ending'], found: Report['ending'], repeated: boolean): string[] {
  const differs = stated.exitCode !== found.exitCode && !(repeated && stated.exitCode !== 0);
  const before = repeated ? stated.reasons.length - found.reasons.length : 0;
  const { exitCode: _, ...said } = { ...stated, reasons: stated.reasons.slice(Math.max(before, 0)) };
  const { exitCode: __, ...again } = found;
  return [
    ...(differs ? [`the report ends with ${stated.exitCode}, the evidence with ${found.exitCode}`] : []),
    // That of all was interrupted when any was.
    ...unlike('ending', repeated ? said.reasons : said, repeated ? again.reasons : again),
  ];
}

/** Where two values differ, at most one sentence: the first place, and how many more there are. */
function unlike(name: string, stated: unknown, found: unknown): string[] {
  const [first, ...more] = places(stated, found, []);
  if (first === undefined) return [];
  const { path, then, now } = first;
  const where = path.length === 0 ? '' : ` ${path.join('.')}:`;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return [`${name}:${where} the report says ${brief(then)}, the evidence ${brief(now)}${others}`];
}

interface Place {
  readonly path: readonly string[];
  readonly then: unknown;
  readonly now: unknown;
}

function places(then: unknown, now: unknown, path: readonly string[]): Place[] {
  if (then === now) return [];
  if (typeof then !== 'object' || typeof now !== 'object' || then === null || now === null)
    return [{ path, then, now }];
  const [a, b] = [new Map(Object.entries(then)), new Map(Object.entries(now))];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => places(a.get(key), b.get(key), [...path, key]));
}

function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
