import { headerName } from './names.ts';
import { splitList } from './split.ts';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

interface StoredField extends HeaderField {
  readonly key: string;
}

/**
 * The header fields of a message in their order. Names are compared without regard to case and compact forms are the
 * same as long ones (RFC 3261 7.3.1, 7.3.3); repeated fields stay apart until `getList` joins and splits them.
 */
export class Headers implements Iterable<HeaderField> {
  private fields: StoredField[] = [];

  constructor(fields: Iterable<HeaderField | readonly [name: string, value: string]> = []) {
    for (const field of fields) {
      if ('name' in field) this.append(field.name, field.value);
      else this.append(field[0], field[1]);
    }
  }

  /** Value of the first field of this name. */
  get(name: string): string | undefined {
    const { key } = headerName(name);
    for (const field of this.fields) if (field.key === key) return field.value;
    return undefined;
  }

  /** Values of all fields of this name, each as received. */
  getAll(name: string): string[] {
    const { key } = headerName(name);
    const values: string[] = [];
    for (const field of this.fields) if (field.key === key) values.push(field.value);
    return values;
  }

  /** Elements of a list header (Via, Route, Contact, Supported, …) over all fields of this name. RFC 3261 7.3.1. */
  getList(name: string): string[] {
    const values: string[] = [];
    for (const value of this.getAll(name)) values.push(...splitList(value));
    return values;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Replaces all fields of this name by one (or by several, for an array), at the place of the first. */
  set(name: string, value: string | readonly string[]): this {
    const canonical = headerName(name);
    const values = typeof value === 'string' ? [value] : value;
    const at = this.fields.findIndex((field) => field.key === canonical.key);
    const fresh = values.map((each) => ({ name: canonical.name, value: each, key: canonical.key }));
    const rest = this.fields.filter((field) => field.key !== canonical.key);
    rest.splice(at < 0 ? rest.length : at, 0, ...fresh);
    this.fields = rest;
    return this;
  }

  /** Adds a field after all others. */
  append(name: string, value: string): this {
    const canonical = headerName(name);
    this.fields.push({ name: canonical.name, value, key: canonical.key });
    return this;
  }

  /** Adds a field before the first of its name, or before all others when there is none. */
  prepend(name: string, value: string): this {
    const canonical = headerName(name);
    const at = this.fields.findIndex((field) => field.key === canonical.key);
    this.fields.splice(Math.max(at, 0), 0, { name: canonical.name, value, key: canonical.key });
    return this;
  }

  /** Removes all fields of this name; true when there was one. */
  delete(name: string): boolean {
    const { key } = headerName(name);
    const before = this.fields.length;
    this.fields = this.fields.filter((field) => field.key !== key);
    return this.fields.length < before;
  }

  entries(): HeaderField[] {
    return this.fields.map(({ name, value }) => ({ name, value }));
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.fields.values();
  }

  get size(): number {
    return this.fields.length;
  }

  clone(): Headers {
    const copy = new Headers();
    copy.fields = this.fields.slice();
    return copy;
  }
}
