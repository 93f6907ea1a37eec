import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, Harness, ScenarioOutcome } from '../harness/types.ts';
import { redactFiles } from './files.ts';
import { key } from './key.ts';
import { watchWires } from './pcap/capture.ts';
import { Redactor } from './redactor.ts';
import { secretsOf } from './secrets.ts';
import { writeTrace } from './store.ts';
import { Recorder } from './trace/recorder.ts';
import type { Trace } from './trace/types.ts';

/** A harness whose drivers are listened to, and what is to be done when the scenario is over. */
export interface Recording {
  readonly harness: Harness;
  /**
   * Keeps the record beside the other evidence of the scenario, and takes the secrets out of all of it.
   * @returns the outcome without secrets.
   * @throws when a file cannot be written.
   */
  keep(outcome: ScenarioOutcome, directory: string): Promise<ScenarioOutcome>;
}

/** Listens to what one scenario makes of the harness. */
export function record(harness: Harness): Recording {
  const recorder = new Recorder();
  const redactor = new Redactor(secretsOf(harness.target), key);
  const { clock, sink, webhookTap, starvation } = harness;
  const { probes, sipp, links, file } = watchWires(harness);
  const drivers = {
    ...{ clock, sink, webhookTap, probes, sipp, starvation },
    rest: harness.rest,
    takeNumber: harness.takeNumber,
    outside: {
      ...harness.outside,
      ...links,
      digest: (of: Parameters<Harness['outside']['digest']>[0]): string => {
        const response = harness.outside.digest(of);
        redactor.add(response);
        return response;
      },
    },
  };
  const { view, root } = recorder.wrap(drivers);
  return {
    harness: { ...harness, ...view },
    keep: async (outcome, directory) => {
      const { trace, bytes } = recorder.end(outcome.meta.id, root);
      await mkdir(directory, { recursive: true });
      redactor.collect(trace);
      redactor.collect(outcome.timeline);
      await writeTrace(directory, {
        trace: marked(trace, redactor, harness.target.redact ?? [], outcome),
        // Bodies are among the bytes too.
        bytes: redactor.bytes(bytes),
      });
      await redactFiles(directory, redactor);
      const told = { ...outcome, ...withoutSecretsIn(outcome, redactor) };
      await writeFile(join(directory, CAPTURE), await file(told.timeline, redactor));
      return { ...told, artifacts: [...told.artifacts, artifactOf(told.meta.id)] };
    },
  };
}

const CAPTURE = 'capture.pcapng';
const artifactOf = (id: string): Artifact => ({
  name: 'capture file for Wireshark: SIP, HTTP, RTP',
  path: `${id}/${CAPTURE}`,
  mediaType: 'application/x-pcapng',
});

/** A record from which a text that was named is taken says so: it may be one that the scenario itself sends. */
function marked(trace: Trace, redactor: Redactor, named: readonly string[], outcome: ScenarioOutcome): Trace {
  const other = redactor.redacted(trace);
  if (other === trace || named.length === 0) return other;
  const text = JSON.stringify(other);
  if (!named.some((one) => text.includes(JSON.stringify(redactor.text(one)).slice(1, -1)))) return other;
  const reasons = outcome.reasons.map((reason) => redactor.text(reason.text));
  return { ...other, redacted: { verdict: outcome.verdict, reasons } };
}

/** What a scenario says in its own words; names of requirements stay, whatever they contain. */
function withoutSecretsIn(
  { timeline, reasons }: ScenarioOutcome,
  redactor: Redactor,
): Pick<ScenarioOutcome, 'timeline' | 'reasons'> {
  return {
    timeline: timeline.map((entry) => {
      const other = redactor.redacted(entry);
      const { detail } = entry;
      return other !== entry && detail.type === 'expect' && other.detail.type === 'expect'
        ? { ...other, detail: { ...other.detail, requirement: detail.requirement } }
        : other;
    }),
    reasons: reasons.map((reason) => ({ ...reason, text: redactor.text(reason.text) })),
  };
}
