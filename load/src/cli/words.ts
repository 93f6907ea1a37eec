/** Numbers as the terminal shows them. */

/** 12.3 ms, 0.4 ms, 1.2 s. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ms`;
}

export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

export function bytes(value: number): string {
  const mebi = value / (1024 * 1024);
  return mebi >= 1 ? `${Math.round(mebi)} MiB` : `${Math.round(value / 1024)} KiB`;
}

/** 90 s, 10 min, 2 h. */
export function time(seconds: number): string {
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 120 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${Number(seconds.toFixed(1))} s`;
}
