/** What the headers of a response say about keeping it (RFC 9111), as far as a phrase leaves it to them (D-CACHE). */

export interface Freshness {
  /** Seconds for which it may be used without asking again; undefined where nothing is said. */
  readonly seconds?: number;
  /** It may not be kept at all. */
  readonly never: boolean;
}

/** `now` in milliseconds since 1970. */
export function freshnessOf(headers: Headers, now: number): Freshness {
  const directives = directivesOf(headers.get('cache-control') ?? '');
  if (directives.has('no-store')) return { never: true };
  if (directives.has('no-cache')) return { never: false, seconds: 0 };
  const age = seconds(headers.get('age') ?? '') ?? 0;
  // Shared caches have a limit of their own (section 5.2.2.10), and this is one.
  const most = seconds(directives.get('s-maxage') ?? '') ?? seconds(directives.get('max-age') ?? '');
  if (most !== undefined) return { never: false, seconds: Math.max(0, most - age) };
  const expires = headers.get('expires');
  if (expires === null) return { never: false };
  // A date that is none counts as past (section 5.3).
  const until = Date.parse(expires);
  const sent = Date.parse(headers.get('date') ?? '');
  const left = (until - (Number.isNaN(sent) ? now : sent)) / 1000 - age;
  return { never: false, seconds: Number.isNaN(left) ? 0 : Math.max(0, left) };
}

function directivesOf(text: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=', 2);
    directives.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return directives;
}

const seconds = (text: string): number | undefined => (/^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined);
