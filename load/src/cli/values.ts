/** Values of options, read. Each throws commander's error with a sentence. */
import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** `90`, `90s`, `1m30s`, `2h`: seconds. */
export function duration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === '' || parts.map(([whole]) => whole).join('') !== text)
    throw new InvalidArgumentError('It is seconds, or looks like 90s, 10m or 1h30m.');
  return parts.reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}

/** A `duration` of more than nothing. */
export function lasting(text: string): number {
  const seconds = duration(text);
  if (!(seconds > 0)) throw new InvalidArgumentError('It must be more than 0 s.');
  return seconds;
}

/** More than nothing. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function wholePositive(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

/** `5%` or `0.05`: above 0, below 1. */
export function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It is a share such as 5% or 0.05.');
  return value;
}

/** `ivr:60,bridge:40`, shares of any sum. */
export function proportions(text: string): Readonly<Record<string, number>> {
  const entries = text.split(',').map((part) => {
    const [, name = '', share] = /^\s*([a-z]+)\s*[:=]\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    if (share === undefined) throw new InvalidArgumentError('It looks like ivr:60,bridge:40.');
    return [name, Number(share)] as const;
  });
  return Object.fromEntries(entries);
}

/** For an option that may be given several times. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/**
 * For an option that must not be given twice: the last one would be taken without a word.
 * @param instead what to do where several are meant.
 */
export const once =
  (instead: string) =>
  (text: string, before?: string): string => {
    if (before !== undefined) throw new InvalidArgumentError(`Only one may be given, ${before} or ${text}. ${instead}`);
    return text;
  };
