/** Values of a page in Prometheus' text format, summed over labels. */
export function parseMetrics(page: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined) values.set(name, (values.get(name) ?? 0) + Number(value));
  }
  return values;
}

/**
 * Waits until gauges are 0.
 * @returns what is not, one sentence each; a page that cannot be read is one too.
 */
export async function leftovers(
  metrics: { readonly url: string; readonly atRest: readonly string[] },
  limitMs: number,
): Promise<string[]> {
  const end = performance.now() + limitMs;
  for (;;) {
    const left = await look(metrics);
    if (left.length === 0 || performance.now() >= end) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function look({ url, atRest }: { readonly url: string; readonly atRest: readonly string[] }): Promise<string[]> {
  const page = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (response) => (response.ok ? response.text() : undefined),
    () => undefined,
  );
  if (page === undefined) return [`The metrics at ${url} cannot be read`];
  const values = parseMetrics(page);
  return atRest.flatMap((name) => {
    const value = values.get(name);
    if (value === 0) return [];
    return [
      value === undefined ? `The metrics have no ${name}` : `${name} is ${value} when all scenarios are over, not 0`,
    ];
  });
}
