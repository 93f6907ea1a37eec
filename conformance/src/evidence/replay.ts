import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadOpenApi, webhooksAsPaths } from '@mediaservice/spec';
import { createJudge, type Judge, violationsOf } from '../drivers/prism-proxy/judge.ts';
import type { Exchange } from '../drivers/prism-proxy/types.ts';
import type { Harness, HarnessSettings, ScenarioMeta, ScenarioOutcome } from '../harness/types.ts';
import { readTrace, type Stored } from './store.ts';
import { Replayer } from './trace/replayer.ts';
import type { Trace } from './trace/types.ts';

/** Why a scenario could not be judged again; stands at the beginning of the reason, so that it is told from a verdict. */
export const NOT_REJUDGED = 'not re-judged: ';

/**
 * Runs a scenario again with its record in place of the drivers: its expectations, the faults that the harness finds, what
 * is counted and what breaks the specification are all found anew.
 * @param folder of its evidence, where it is not the one of its id.
 * @returns the outcome; a harness error with `NOT_REJUDGED` where there is no record, or the scenario went another way.
 */
export async function replayScenario(
  meta: ScenarioMeta,
  settings: HarnessSettings,
  run: (harness: Harness) => Promise<ScenarioOutcome>,
  folder = meta.id,
): Promise<ScenarioOutcome> {
  let stored: Stored | undefined;
  try {
    stored = await readTrace(join(settings.replay ?? '', folder));
  } catch (error) {
    return without(meta, `its record cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (stored === undefined) return without(meta, 'there is no record of it');
  const replayer = new Replayer(stored.trace, stored.bytes);
  const drivers = replayer.root() as Harness;
  await judgeAgain(replayer);
  const harness: Harness = {
    ...drivers,
    ...{ settings, target: settings.target, restTap: drivers.webhookTap, findings: [] },
    outside: { ...drivers.outside, missed: missing(replayer, drivers.outside.missed) },
    lag: () => ({ median: 0, p99: 0, max: 0 }),
    close: async () => {},
  };
  const driving = replayer.run();
  const told = explained(stored.trace);
  try {
    const outcome = await run(harness);
    if (replayer.diverged) return told(without(meta, replayer.diverged.message));
    return told(replayer.left === undefined ? outcome : failed(outcome, replayer.left));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return told(replayer.left === undefined ? without(meta, text) : failed(without(meta, text), replayer.left));
  } finally {
    replayer.end();
    await driving;
  }
}

/** What is missed now and was not missed then is a reason to go another way. */
const missing =
  (replayer: Replayer, missedThen: (sentence: string) => void) =>
  (sentence: string): void => {
    if (replayer.has(missedThen)) missedThen(sentence);
    else replayer.leave(sentence);
  };

let judges: Promise<readonly [rest: Judge, webhooks: Judge]> | undefined;

/** Holds each HTTP exchange of the record against the specification again. */
async function judgeAgain(replayer: Replayer): Promise<void> {
  judges ??= Promise.all([createJudge(loadOpenApi()), createJudge(webhooksAsPaths(loadOpenApi()))]);
  const [rest, webhooks] = await judges;
  for (const object of replayer.objects(({ type, judged }) => type === 'http' && judged !== undefined)) {
    const exchange = object as unknown as Exchange;
    const { path, culprits, intended } = exchange.judged;
    const findings = await (culprits[0] === 'target' ? webhooks : rest)({ ...exchange, path });
    object.violations = violationsOf(findings, culprits, intended);
  }
}

/** A difference that is nobody's fault should not be looked for in the target. What came out as it did then needs no explanation. */
const explained =
  ({ redacted }: Trace) =>
  (outcome: ScenarioOutcome): ScenarioOutcome => {
    const texts = outcome.reasons.map(({ text }) => text);
    if (redacted === undefined || isDeepStrictEqual([outcome.verdict, texts], [redacted.verdict, redacted.reasons]))
      return outcome;
    return { ...outcome, reasons: outcome.reasons.map((one) => ({ ...one, text: `${one.text}${REDACTED}` })) };
  };

const REDACTED =
  ' (what redact of the target file names was taken out of the record: if this test sends such a text itself, that explains the difference)';

/** Whatever else came of it: what was missed was missed. */
const failed = (outcome: ScenarioOutcome, missed: string): ScenarioOutcome => ({
  ...outcome,
  verdict: 'fail',
  reasons: [{ text: missed }],
});

function without(meta: ScenarioMeta, why: string): ScenarioOutcome {
  const observed = {
    ...{ calls: 0, sipMessages: 0, rtpPacketsReceived: 0, rtpPacketsSent: 0, callbacks: 0, restExchanges: 0 },
  };
  const nothing = { shown: [], broken: [], warned: [], timeline: [], artifacts: [], startedAt: 0, endedAt: 0 };
  return { meta, verdict: 'harness-error', reasons: [{ text: NOT_REJUDGED + why }], observed, ...nothing };
}
