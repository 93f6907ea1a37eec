import { request } from 'undici';
import type { MetricsPage } from '../target/types.ts';

/** Values of a page in Prometheus' text format, summed over labels. */
export function parseMetrics(page: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined) values.set(name, (values.get(name) ?? 0) + Number(value));
  }
  return values;
}

/** The page as it is now; undefined when it cannot be read. */
export async function readMetrics(url: string): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    // A connection of its own each time: one that stays open would be among what the target counts.
    const { statusCode, body } = await request(url, { reset: true, signal: AbortSignal.timeout(2000) });
    const text = await body.text();
    return statusCode === 200 ? parseMetrics(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A gauge that is not where it ought to be. `value` is undefined when the page has no such name, or cannot be read. */
export interface Off {
  readonly name: string;
  readonly value: number | undefined;
  readonly level: number;
}

/** 64·T1 of RFC 3261 17, and a little. */
const longestTransactionMs = 33_000;
const lookMs = 50;

/** How long gauges of calls may take to come back: a request that nobody answers is waited for until its transaction ends. */
export const restMs = ({ withinMs }: Pick<MetricsPage, 'withinMs'>): number => withinMs ?? longestTransactionMs;

/**
 * Waits until each gauge is no higher than its level.
 * @returns those that are when the time is over; none when all have come back.
 */
export async function settled(url: string, levels: ReadonlyMap<string, number>, limitMs: number): Promise<Off[]> {
  const end = performance.now() + limitMs;
  for (;;) {
    const values = await readMetrics(url);
    const off = [...levels]
      .map(([name, level]): Off => ({ name, level, value: values?.get(name) }))
      .filter(({ value, level }) => !(value !== undefined && value <= level));
    if (off.length === 0 || performance.now() >= end) return off;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

export const zeroOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name) => [name, 0]));

/**
 * Waits until the gauges of rest are 0.
 * @returns what is not, one sentence each; a page that cannot be read is one too.
 */
export async function leftovers(metrics: MetricsPage): Promise<string[]> {
  const { url, atRest } = metrics;
  const off = await settled(url, zeroOf(atRest), restMs(metrics));
  if (off.length > 0 && (await readMetrics(url)) === undefined) return [`The metrics at ${url} cannot be read`];
  return off.map(({ name, value }) =>
    value === undefined ? `The metrics have no ${name}` : `${name} is ${value} when all scenarios are over, not 0`,
  );
}
