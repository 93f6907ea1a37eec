/** How long callbacks took as the target itself measured it, out of its metrics. Pure. */

/** Of the reference server (docs/metrics.md); a target without it has no such figure. */
const line = /^mediaservice_callback_seconds_(sum|count)\{([^}]*)\} (\S+)$/gm;
const named = /(?:^|,)name="([^"]*)"/;

interface Sum {
  seconds: number;
  count: number;
}

function sums(page: string): ReadonlyMap<string, Sum> {
  const all = new Map<string, Sum>();
  for (const [, kind, labels = '', value] of page.matchAll(line)) {
    const name = named.exec(labels)?.[1];
    if (name === undefined) continue;
    const sum = all.get(name) ?? { seconds: 0, count: 0 };
    all.set(name, sum);
    if (kind === 'sum') sum.seconds += Number(value);
    else sum.count += Number(value);
  }
  return all;
}

/** Mean ms from request to answer by the callback's name, between two looks at the page; undefined: it does not tell. */
export function roundTrips(before: string, after: string): Readonly<Record<string, number>> | undefined {
  const from = sums(before);
  const means: Record<string, number> = {};
  for (const [name, { seconds, count }] of sums(after)) {
    const calls = count - (from.get(name)?.count ?? 0);
    if (calls > 0) means[name] = Number((((seconds - (from.get(name)?.seconds ?? 0)) * 1000) / calls).toPrecision(4));
  }
  return Object.keys(means).length > 0 ? means : undefined;
}
