/** Requests a second of a domain: a bucket that holds one second's worth and fills steadily. */
export interface RateLimiter {
  /** 0: go on; else the whole seconds to wait. */
  take(domain: string, perSecond: number): number;
}

/** @param now Milliseconds of a monotonic clock. */
export function createRateLimiter(now: () => number): RateLimiter {
  const buckets = new Map<string, { level: number; at: number }>();
  return {
    take(domain, perSecond) {
      if (perSecond === 0) return 0;
      const capacity = Math.max(1, perSecond);
      const time = now();
      const bucket = buckets.get(domain) ?? { level: capacity, at: time };
      buckets.set(domain, bucket);
      bucket.level = Math.min(capacity, bucket.level + ((time - bucket.at) / 1000) * perSecond);
      bucket.at = time;
      if (bucket.level < 1) return Math.ceil((1 - bucket.level) / perSecond);
      bucket.level -= 1;
      return 0;
    },
  };
}
