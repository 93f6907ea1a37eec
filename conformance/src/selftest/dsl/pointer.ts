/** Edits of JSON at a pointer (RFC 6901); `calledParty` stands for `/calledParty`. `*` stands for every key or index. */
import { isObject } from '../../drivers/http.ts';

/** The keys of a pointer. */
export function keysOf(pointer: string): string[] {
  const text = pointer.startsWith('/') ? pointer.slice(1) : pointer;
  return text.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What an edit puts in the place of a value; `gone` removes it. */
export const gone = Symbol('gone');

/**
 * Replaces what is at the pointer by what `make` gives. A value that is not there is made where its object is, unless `make` gives `gone`.
 * @returns the changed copy, or undefined when nothing changed.
 */
export function edit(json: unknown, pointer: string, make: (before: unknown) => unknown): unknown {
  const copy = structuredClone(json);
  return at(copy, keysOf(pointer), make) ? copy : undefined;
}

function at(holder: unknown, [key = '', ...rest]: readonly string[], make: (before: unknown) => unknown): boolean {
  if (key === '*') {
    const keys = Array.isArray(holder)
      ? holder.keys().map(String).toArray().toReversed()
      : Object.keys(isObject(holder) ? holder : {});
    return keys.map((one) => at(holder, [one, ...rest], make)).includes(true);
  }
  const before = read(holder, key);
  if (rest.length > 0) return at(before, rest, make);
  if (!isObject(holder) && !Array.isArray(holder)) return false;
  const after = make(before);
  if (after === gone ? before === undefined : Object.is(after, before)) return false;
  if (Array.isArray(holder)) {
    if (after === gone) holder.splice(Number(key), 1);
    else holder[key === '-' ? holder.length : Number(key)] = after;
  } else if (after === gone) delete holder[key];
  else holder[key] = after;
  return true;
}

/** What is at the pointer; undefined when nothing is. */
export function valueAt(json: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce(read, json);
}

function read(holder: unknown, key: string): unknown {
  if (Array.isArray(holder)) return holder[Number(key)];
  return isObject(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

/** A value of another JSON type, that no reader can take for the right one. */
export function ofAnotherType(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return { text: value };
    case 'number':
    case 'boolean':
      return [value];
    default:
      return 'of another type';
  }
}

/** By the last character, what comes in its place: never one that differs only in bits which base64url leaves unused (RFC 4648 3.5). */
const inPlaceOf: Readonly<Record<string, string>> = { '4': '0', '7': '8' };

/** Another value of the same type. */
export function another(value: unknown): unknown {
  if (typeof value === 'string')
    return value === 'other' ? 'another' : `${value.slice(0, -1)}${inPlaceOf[value.at(-1) ?? ''] ?? '7'}`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.toReversed().concat('other');
  if (isObject(value)) return { ...value, other: 'value' };
  return 'other';
}
