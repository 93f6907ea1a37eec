import type { TimelineEntry } from '../harness/timeline.ts';

/**
 * Takes credentials out of an entry: reports are sent around. The scheme stays, so that a reader still sees what kind
 * of credentials was sent, or none.
 */
export function redact(entry: TimelineEntry): TimelineEntry {
  const { detail } = entry;
  switch (detail.type) {
    case 'http':
      return { ...entry, detail: { ...detail, requestHeaders: withoutCredentials(detail.requestHeaders) } };
    case 'sip':
      return { ...entry, detail: { ...detail, raw: detail.raw.replace(DIGEST, '$1…') } };
    case 'rtp':
    case 'expect':
    case 'note':
    case 'violation':
      return entry;
    default:
      return detail satisfies never;
  }
}

/** The answer to a digest challenge (RFC 7616 3.4): enough to try passwords against. */
const DIGEST = /(\bresponse\s*=\s*")[0-9a-f]+/gi;

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) =>
      name.toLowerCase() === 'authorization' ? [name, value.replace(/^(\S+)\s+\S.*$/s, '$1 …')] : [name, value],
    ),
  );
}
