/** Sums of sounds that stay within 16 bits. */

/** Limits to what 16 bits hold. */
export function saturate(value: number): number {
  return Math.max(-32768, Math.min(32767, value));
}

/** Adds `samples` to `sum`, sample by sample, without wrapping around. */
export function mixInto(sum: Int16Array, samples: Int16Array): void {
  const length = Math.min(sum.length, samples.length);
  for (let i = 0; i < length; i++) sum[i] = saturate((sum[i] ?? 0) + (samples[i] ?? 0));
}
