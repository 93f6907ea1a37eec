import type { Reason, ScenarioOutcome } from '../harness/types.ts';
import type { Kill } from './orders.ts';

type Seen = Pick<ScenarioOutcome, 'verdict' | 'reasons' | 'shown' | 'broken' | 'timeline' | 'meta'>;

/**
 * How a run blames a requirement; undefined when it does not.
 * - An expectation of the requirement did not hold.
 * - Something else went wrong while the requirement was still to be shown: what was waited for never came.
 * - The specification was broken at `schema` or below, for a mutant that says that this is how it is noticed.
 */
export function blamed(outcome: Seen, slug: string, schema?: string): Kill | undefined {
  if (outcome.verdict !== 'fail') return undefined;
  const scenario = outcome.meta.id;
  // A scenario that goes on after a miss tells only the first one as its reason.
  if (outcome.broken.includes(slug)) return { slug, scenario, how: 'expectation', text: missOf(outcome, slug) };
  for (const reason of outcome.reasons) {
    const { text } = reason;
    if (reason.requirement === slug) return { slug, scenario, how: 'expectation', text };
    if (reason.requirements?.includes(slug) !== true) continue;
    const pointer = violationOf(outcome, reason);
    if (pointer !== undefined) {
      if (schema !== undefined && below(schema, pointer)) return { slug, scenario, how: 'schema', text };
    } else if (!outcome.shown.includes(slug)) return { slug, scenario, how: 'waited', text };
  }
  return undefined;
}

function missOf({ timeline, reasons }: Seen, slug: string): string {
  for (const { detail } of timeline) {
    if (detail.type !== 'expect' || detail.requirement !== slug || detail.ok) continue;
    return `${detail.what}: expected ${detail.expected}, came ${detail.actual}`;
  }
  return reasons[0]?.text ?? '';
}

/** Where the specification is broken, if that is what the reason tells. */
function violationOf({ timeline }: Seen, { text }: Reason): string | undefined {
  for (const { detail, summary } of timeline) {
    if (detail.type === 'violation' && summary === text) return detail.violation.pointer;
  }
  return undefined;
}

/** A property that is missing is told at its object, in the message. */
const below = (declared: string, pointer: string): boolean =>
  within(pointer.replace(/^\/body/, ''), declared) || within(declared, pointer.replace(/^\/body/, ''));

const within = (pointer: string, above: string): boolean =>
  pointer === above || pointer.startsWith(`${above.replace(/\/$/, '')}/`);
