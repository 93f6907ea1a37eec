import { quietly } from '../../drivers/promises.ts';
import {
  BYTE_TYPES,
  type ByteType,
  type Call,
  type Coded,
  type Entry,
  isPlain,
  TRACE_VERSION,
  type Trace,
  takesPredicates,
} from './types.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** What stands for a driver's object on the scenario's side, and how it is written down. */
interface Passed {
  readonly coded: Coded;
  readonly view: unknown;
}

/**
 * A membrane around drivers. Whatever a scenario gets of them passes through it and is written down: what each call gave,
 * when each promise was settled and with what, each call of a function that the scenario handed over. Data pass as they
 * are, lists as copies; functions, promises and objects that have such are wrapped, each always in the same wrapper.
 */
export class Recorder {
  readonly #entries: Entry[] = [];
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #next = 0;
  /** By object of the drivers: its number and what stands for it. */
  readonly #known = new WeakMap<object, { readonly id: number; readonly view: unknown }>();
  readonly #originals = new WeakMap<object, object>();
  readonly #stored = new WeakMap<object, Coded>();
  /** The list that a function gave last. */
  readonly #lists = new Map<number, readonly unknown[]>();
  #inOneGo = false;
  #predicates = 0;
  #over = false;

  /** What stands for `drivers`. */
  wrap<T extends object>(drivers: T): { readonly view: T; readonly root: Coded } {
    const { coded, view } = this.#out(drivers);
    return { view: view as T, root: coded };
  }

  /** Ends the record. What crosses the boundary later is not written down. */
  end(id: string, root: Coded): { readonly trace: Trace; readonly bytes: Uint8Array } {
    this.#over = true;
    return { trace: { version: TRACE_VERSION, id, root, entries: this.#entries }, bytes: Buffer.concat(this.#pieces) };
  }

  #write(entry: Entry): void {
    if (!this.#over) this.#entries.push(entry);
  }

  /** True for what comes to the scenario in one go with the input before it, with nothing of the scenario between. */
  #glued(): { readonly g?: 1 } {
    if (this.#inOneGo) return { g: 1 };
    this.#inOneGo = true;
    queueMicrotask(() => {
      this.#inOneGo = false;
    });
    return {};
  }

  #out(value: unknown): Passed {
    switch (typeof value) {
      case 'undefined':
        return { coded: { $: 'undefined' }, view: value };
      case 'number':
        if (Number.isFinite(value) && !Object.is(value, -0)) return { coded: value, view: value };
        return { coded: { $: 'number', text: Object.is(value, -0) ? '-0' : String(value) }, view: value };
      case 'bigint':
        return { coded: { $: 'bigint', text: String(value) }, view: value };
      case 'symbol':
        return { coded: { $: 'symbol', text: value.description ?? '' }, view: value };
      case 'string':
      case 'boolean':
        return { coded: value, view: value };
      case 'function':
        return this.#function(value as AnyFunction, undefined, value.name);
      default:
        return value === null ? { coded: null, view: null } : this.#object(value as object);
    }
  }

  #object(value: object): Passed {
    if (Array.isArray(value)) return this.#list(value);
    const known = this.#known.get(value);
    if (known !== undefined) {
      const promise = value instanceof Promise;
      return { coded: promise ? { $: 'promise', id: known.id } : { $: 'same', id: known.id }, view: known.view };
    }
    if (value instanceof Promise) return this.#promise(value);
    if (value instanceof Error) {
      const has = this.#properties(Object.fromEntries(Object.entries(value)));
      return { coded: { $: 'error', name: value.name, message: value.message, has }, view: value };
    }
    if (ArrayBuffer.isView(value)) return { coded: this.#bytesOf(value), view: value };
    if (value instanceof Map) {
      const entries = [...value].map(([k, v]) => [this.#out(k).coded, this.#out(v).coded] as const);
      return { coded: { $: 'map', entries }, view: value };
    }
    if (value instanceof Set)
      return { coded: { $: 'set', items: [...value].map((v) => this.#out(v).coded) }, view: value };
    if (value instanceof Date) return { coded: { $: 'date', at: value.getTime() }, view: value };
    return isPlain(value) ? this.#plain(value) : this.#instance(value);
  }

  #properties(value: Readonly<Record<string, unknown>>): Record<string, Coded> {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#out(item).coded]));
  }

  #list(value: readonly unknown[]): Passed {
    const items = value.map((item) => this.#out(item));
    return { coded: items.map(({ coded }) => coded), view: items.map(({ view }) => view) };
  }

  #plain(value: Record<string, unknown>): Passed {
    const id = this.#number();
    const view: Record<string, unknown> = {};
    const has: Record<string, Coded> = {};
    let other = false;
    for (const [name, item] of Object.entries(value)) {
      const passed = typeof item === 'function' ? this.#function(item as AnyFunction, value, name) : this.#out(item);
      has[name] = passed.coded;
      view[name] = passed.view;
      if (!same(passed.view, item)) other = true;
    }
    this.#keep(value, id, other ? view : value);
    return { coded: { $: 'object', id, has }, view: other ? view : value };
  }

  /** Of an instance only its methods are anybody's business. */
  #instance(value: object): Passed {
    const id = this.#number();
    const view: Record<string, unknown> = {};
    const has: Record<string, Coded> = {};
    this.#keep(value, id, view);
    for (
      let at: object | null = Object.getPrototypeOf(value);
      at && at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      for (const [name, { value: method }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
        if (name === 'constructor' || name in view || typeof method !== 'function') continue;
        const passed = this.#function(method, value, name);
        has[name] = passed.coded;
        view[name] = passed.view;
      }
    }
    return { coded: { $: 'object', id, has }, view };
  }

  #number(): number {
    this.#next += 1;
    return this.#next;
  }

  #keep(original: object, id: number, view: unknown): void {
    this.#known.set(original, { id, view });
    if (typeof view === 'object' && view !== null && view !== original) this.#originals.set(view, original);
  }

  #function(real: AnyFunction, owner: unknown, name: string): Passed {
    const id = this.#number();
    const predicates = takesPredicates(name);
    const view = (...args: unknown[]): unknown => {
      if (this.#over || this.#predicates > 0)
        return real.apply(
          owner,
          args.map((arg) => this.#into(arg, undefined)),
        );
      const f: number[] = [];
      const passed = args.map((arg) => this.#into(arg, f, predicates));
      const entry: Call = { c: id, ...(f.length > 0 && { f }) };
      this.#write(entry);
      try {
        const result = real.apply(owner, passed);
        const { coded, view: seen } = Array.isArray(result) ? this.#growing(id, result) : this.#out(result);
        entry.v = coded;
        return seen;
      } catch (error) {
        entry.x = this.#out(error).coded;
        throw error;
      }
    };
    return { coded: { $: 'function', id, name }, view };
  }

  /** A list that only grows is not written down again and again. */
  #growing(id: number, list: readonly unknown[]): Passed {
    const before = this.#lists.get(id) ?? [];
    this.#lists.set(id, [...list]);
    let keeps = 0;
    while (keeps < before.length && before[keeps] === list[keeps]) keeps += 1;
    if (keeps === 0) return this.#list(list);
    const kept = list.slice(0, keeps).map((item) => this.#out(item).view);
    const more = this.#list(list.slice(keeps));
    return {
      coded: { $: 'more', keeps, items: more.coded as readonly Coded[] },
      view: [...kept, ...(more.view as unknown[])],
    };
  }

  #promise(real: Promise<unknown>): Passed {
    const id = this.#number();
    const view = quietly(
      real.then(
        (value) => {
          const { coded, view: seen } = this.#out(value);
          this.#write({ s: id, v: coded, ...this.#glued() });
          return seen;
        },
        (error: unknown) => {
          this.#write({ s: id, x: this.#out(error).coded, ...this.#glued() });
          throw error;
        },
      ),
    );
    this.#keep(real, id, view);
    return { coded: { $: 'promise', id }, view };
  }

  /** What the scenario hands over: its functions are wrapped, the wrappers of drivers' objects are taken off. */
  #into(value: unknown, found: number[] | undefined, predicates = false): unknown {
    if (typeof value === 'function') return this.#program(value as AnyFunction, found, predicates);
    if (typeof value !== 'object' || value === null) return value;
    const original = this.#originals.get(value);
    if (original !== undefined) return original;
    if (Array.isArray(value)) return value.map((item) => this.#into(item, found, predicates));
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#into(item, found, predicates)]));
  }

  #program(own: AnyFunction, found: number[] | undefined, predicates: boolean): AnyFunction {
    if (found === undefined) return own;
    const id = this.#number();
    found.push(id);
    if (predicates) {
      return (...args) => {
        this.#predicates += 1;
        try {
          return own(...args);
        } finally {
          this.#predicates -= 1;
        }
      };
    }
    return (...args) => {
      const passed = args.map((arg) => this.#out(arg));
      this.#write({ i: id, a: passed.map(({ coded }) => coded), ...this.#glued() });
      return own(...passed.map(({ view }) => view));
    };
  }

  #bytesOf(value: ArrayBufferView): Coded {
    const known = this.#stored.get(value);
    if (known !== undefined) return known;
    const type =
      (Object.keys(BYTE_TYPES) as ByteType[]).find((name) => value instanceof BYTE_TYPES[name]) ?? 'Uint8Array';
    const { byteOffset, byteLength } = value;
    const coded = { $: 'bytes', type, at: this.#bytes, length: byteLength } as const;
    this.#pieces.push(new Uint8Array(value.buffer, byteOffset, byteLength).slice());
    this.#bytes += byteLength;
    this.#stored.set(value, coded);
    return coded;
  }
}

/** Of a list: whether each item is. */
const same = (view: unknown, original: unknown): boolean =>
  Array.isArray(view) && Array.isArray(original)
    ? view.every((item, i) => same(item, original[i]))
    : Object.is(view, original);
