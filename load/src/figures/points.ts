/** k6's JSON output, a line a value. Pure. */
import { isMetric, type MetricName } from './metrics.ts';

export interface Point {
  readonly metric: MetricName;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every value begins so; most are of metrics that no figure is made of, and are not read on. */
const head = /^\{"metric":"(\w+)","type":"Point"/;

/** Undefined: a line about something else, or of a metric that no figure is made of. */
export function pointOf(line: string): Point | undefined {
  const metric = head.exec(line)?.[1];
  if (metric === undefined || !isMetric(metric)) return undefined;
  try {
    const { data } = JSON.parse(line) as { data?: { value?: unknown; tags?: unknown } };
    if (typeof data?.value !== 'number') return undefined;
    const { tags } = data;
    return { metric, value: data.value, tags: typeof tags === 'object' && tags !== null ? { ...tags } : {} };
  } catch {
    // A line that was cut off when k6 was killed.
    return undefined;
  }
}
