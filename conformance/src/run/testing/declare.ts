/** Stand-ins for scenarios: they leave behind what the harness would, without any traffic. */
import { test } from 'vitest';
import { besides } from '../../harness/besides.ts';
import type { Observed, ScenarioMeta, ScenarioOutcome, Verdict } from '../../harness/types.ts';
import { NO_TRAFFIC } from '../../verdict/traffic.ts';
import '../meta.ts';
import { SEEN } from './seen.ts';

/** Declares a scenario `area/name` on one requirement that ends with a verdict. */
export function fake(
  id: string,
  verdict: Verdict,
  more: {
    readonly slug?: string;
    readonly before?: (signal: AbortSignal) => Promise<void>;
    readonly observed?: Observed;
    readonly alone?: boolean;
    /** Why an attempt before was inconclusive. */
    readonly heldUp?: string;
  } = {},
): void {
  const slug = more.slug ?? 'a';
  const meta: ScenarioMeta = {
    id,
    title: `shows ${slug}`,
    area: id.split('/')[0] ?? id,
    requirements: [slug],
    needs: { call: true },
    ...(verdict === 'not-applicable' ? { capability: 'echo' } : {}),
  };
  test(id, { meta: { scenarioMeta: meta }, ...besides(more) }, async ({ task, signal }) => {
    await more.before?.(signal);
    const told = outcome(meta, verdict, slug, more.observed ?? (verdict === 'not-applicable' ? NO_TRAFFIC : SEEN));
    const earlier = (more.heldUp === undefined ? [] : [more.heldUp]).map((text) => ({
      ...{ reasons: [{ text }], startedAt: 0, endedAt: 1 },
    }));
    task.meta.scenario = { ...told, ...(earlier.length > 0 && { earlier }) };
    if (verdict === 'fail') throw new Error('expected "42", came "442"');
  });
}

function outcome(meta: ScenarioMeta, verdict: Verdict, slug: string, observed: Observed): ScenarioOutcome {
  const ok = verdict === 'pass';
  const fails = verdict === 'fail';
  return {
    meta,
    verdict,
    reasons: fails ? [{ requirement: slug, text: 'expected "42", came "442"' }] : [],
    shown: ok ? [slug] : [],
    broken: fails ? [slug] : [],
    warned: [],
    observed,
    timeline: [
      {
        at: 1,
        seq: 0,
        kind: 'expect',
        from: 'suite',
        to: 'suite',
        summary: 'digits',
        detail: {
          type: 'expect',
          requirement: slug,
          what: 'digits',
          expected: '"42"',
          actual: ok ? '"42"' : '"442"',
          ok,
          level: 'must',
        },
      },
    ],
    artifacts: [],
    startedAt: 0,
    endedAt: 5,
  };
}
