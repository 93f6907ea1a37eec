/**
 * What crosses the boundary between a scenario and the drivers, written down so that the scenario can be run again without
 * them. Every function and promise of the drivers has a number, and so has every function that the scenario hands to them.
 */

/** A value as JSON has it. Whatever is no text, finite number, boolean, null or list is an object with a mark. */
export type Coded = string | number | boolean | null | readonly Coded[] | CodedObject;

export type CodedObject =
  | { readonly $: 'undefined' }
  | { readonly $: 'number' | 'bigint' | 'symbol'; readonly text: string }
  | { readonly $: 'date'; readonly at: number }
  /** An object that was not seen before: its properties. */
  | { readonly $: 'object'; readonly id: number; readonly has: Readonly<Record<string, Coded>> }
  /** The object that has this number. */
  | { readonly $: 'same'; readonly id: number }
  | { readonly $: 'function'; readonly id: number; readonly name: string }
  | { readonly $: 'promise'; readonly id: number }
  | {
      readonly $: 'error';
      readonly name: string;
      readonly message: string;
      readonly has: Readonly<Record<string, Coded>>;
    }
  | { readonly $: 'map'; readonly entries: readonly (readonly [Coded, Coded])[] }
  | { readonly $: 'set'; readonly items: readonly Coded[] }
  /** A typed array: `length` bytes from `at` of the trace's bytes. */
  | { readonly $: 'bytes'; readonly type: ByteType; readonly at: number; readonly length: number }
  /** A list that begins with the first `keeps` items of what this function gave before. */
  | { readonly $: 'more'; readonly keeps: number; readonly items: readonly Coded[] };

export const BYTE_TYPES = { Uint8Array, Int16Array, Float32Array, Float64Array } as const;
export type ByteType = keyof typeof BYTE_TYPES;

/** Something that happened, in the order in which it did. */
export type Entry = Call | Settled | Invoked;

/** The scenario called function `c`, which gave `v` or threw `x`. `f`: numbers of the functions among its arguments. */
export interface Call {
  readonly c: number;
  v?: Coded;
  x?: Coded;
  readonly f?: readonly number[];
}

/** Promise `s` was kept with `v` or broken with `x`. `g`: in one go with what stands before it. */
export interface Settled {
  readonly s: number;
  readonly v?: Coded;
  readonly x?: Coded;
  readonly g?: 1;
}

/** The drivers called function `i` of the scenario with these arguments. */
export interface Invoked {
  readonly i: number;
  readonly a: readonly Coded[];
  readonly g?: 1;
}

export const TRACE_VERSION = 1;

/** The whole record of one scenario. */
export interface Trace {
  readonly version: typeof TRACE_VERSION;
  readonly id: string;
  /** The drivers as the scenario found them. */
  readonly root: Coded;
  readonly entries: readonly Entry[];
  /** Something that `redact` of the target file names was taken out; what the scenario had come to, so that a difference can be explained. */
  readonly redacted?: { readonly verdict: string; readonly reasons: readonly string[] };
}

/** Functions of this name take predicates: pure functions of a scenario, called as often as the drivers like. */
export const takesPredicates = (name: string): boolean => name === 'waitFor';

/** Program functions in arguments, in one order: that of lists and of properties. */
export function functionsIn(value: unknown, found: ((...args: unknown[]) => unknown)[] = []): typeof found {
  if (typeof value === 'function') found.push(value as (...args: unknown[]) => unknown);
  else if (Array.isArray(value)) for (const item of value) functionsIn(item, found);
  else if (isPlain(value)) for (const item of Object.values(value)) functionsIn(item, found);
  return found;
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
