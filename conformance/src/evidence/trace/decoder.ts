import { errorNamed } from './errors.ts';
import { BYTE_TYPES, type Coded, type CodedObject, type Trace } from './types.ts';

/** Who stands for the drivers' functions and promises. */
interface StandIns {
  functionOf(id: number, name: string): unknown;
  promiseOf(id: number): unknown;
}

type Definition = Extract<CodedObject, { readonly $: 'object' }>;

/** Values of a trace, each object the same whenever it comes. */
export class Decoder {
  readonly #bytes: Uint8Array;
  readonly #standIns: StandIns;
  readonly #definitions = new Map<number, Definition>();
  readonly #objects = new Map<number, Record<string, unknown>>();
  /** The list that a function gave last. */
  readonly #lists = new Map<number, readonly unknown[]>();

  constructor(trace: Trace, bytes: Uint8Array, standIns: StandIns) {
    // Pieces of a Buffer would be views of it, whatever they are asked for.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#standIns = standIns;
    this.#define(trace.root);
    for (const entry of trace.entries) {
      if ('i' in entry) for (const one of entry.a) this.#define(one);
      else for (const one of [entry.v, entry.x]) if (one !== undefined) this.#define(one);
    }
  }

  value(coded: Coded, from?: number): unknown {
    if (typeof coded !== 'object' || coded === null) return coded;
    if (isList(coded)) {
      const list = coded.map((one) => this.value(one));
      if (from !== undefined) this.#lists.set(from, list);
      return list;
    }
    switch (coded.$) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(coded.text);
      case 'bigint':
        return BigInt(coded.text);
      case 'symbol':
        return Symbol(coded.text);
      case 'date':
        return new Date(coded.at);
      case 'object':
      case 'same':
        return this.#object(coded.id);
      case 'function':
        return this.#standIns.functionOf(coded.id, coded.name);
      case 'promise':
        return this.#standIns.promiseOf(coded.id);
      case 'error':
        return errorNamed(coded.name, coded.message, this.#properties(coded.has));
      case 'map':
        return new Map(coded.entries.map(([key, value]) => [this.value(key), this.value(value)]));
      case 'set':
        return new Set(coded.items.map((one) => this.value(one)));
      case 'bytes': {
        const piece = this.#bytes.slice(coded.at, coded.at + coded.length);
        const Type = BYTE_TYPES[coded.type];
        return new Type(piece.buffer, 0, piece.byteLength / Type.BYTES_PER_ELEMENT);
      }
      case 'more': {
        const before = from === undefined ? [] : (this.#lists.get(from) ?? []);
        const list = [...before.slice(0, coded.keeps), ...coded.items.map((one) => this.value(one))];
        if (from !== undefined) this.#lists.set(from, list);
        return [...list];
      }
      default:
        return coded satisfies never;
    }
  }

  /** All objects of the trace that fit. */
  objects(fits: (object: Readonly<Record<string, unknown>>) => boolean): Record<string, unknown>[] {
    return [...this.#definitions.keys()].map((id) => this.#object(id)).filter(fits);
  }

  #object(id: number): Record<string, unknown> {
    const known = this.#objects.get(id);
    if (known !== undefined) return known;
    const made: Record<string, unknown> = {};
    this.#objects.set(id, made);
    const definition = this.#definitions.get(id);
    if (definition === undefined) throw new Error(`The trace has no object ${id}`);
    return Object.assign(made, this.#properties(definition.has));
  }

  #properties(has: Readonly<Record<string, Coded>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(has).map(([name, one]) => [name, this.value(one)]));
  }

  #define(coded: Coded): void {
    if (typeof coded !== 'object' || coded === null) return;
    if (isList(coded)) for (const one of coded) this.#define(one);
    else if (coded.$ === 'object') {
      this.#definitions.set(coded.id, coded);
      for (const one of Object.values(coded.has)) this.#define(one);
    } else if (coded.$ === 'error') for (const one of Object.values(coded.has)) this.#define(one);
    else if (coded.$ === 'map') for (const one of coded.entries.flat()) this.#define(one);
    else if (coded.$ === 'set' || coded.$ === 'more') for (const one of coded.items) this.#define(one);
  }
}

const isList = (coded: Coded): coded is readonly Coded[] => Array.isArray(coded);
