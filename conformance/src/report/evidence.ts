import type { TimelineEntry } from '../harness/timeline.ts';

/** A file of a test's evidence: name and content. */
interface EvidenceFile {
  readonly name: string;
  readonly content: string;
}

/** What is kept of a test: the whole timeline as data, and its SIP as text for those who read SIP. */
export function evidenceFiles(timeline: readonly TimelineEntry[], origin: number): EvidenceFile[] {
  const sip = sipText(timeline, origin);
  return [
    { name: 'timeline.json', content: `${JSON.stringify(timeline, null, 2)}\n` },
    ...(sip === '' ? [] : [{ name: 'sip.txt', content: sip }]),
  ];
}

/** All SIP messages in order, each under a line that says when, who to whom and on which leg. */
function sipText(timeline: readonly TimelineEntry[], origin: number): string {
  return timeline
    .flatMap(({ at, from, to, detail }) =>
      detail.type === 'sip'
        ? [
            `--- ${(at - origin).toFixed(1)} ms  ${from} -> ${to}  (${detail.leg})\n${detail.raw.replaceAll('\r\n', '\n').trimEnd()}\n`,
          ]
        : [],
    )
    .join('\n');
}
