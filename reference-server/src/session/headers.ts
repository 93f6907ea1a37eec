/**
 * Header values that an application hands in for an INVITE (D-HEADERS). Whatever could end a header line, or name a
 * header that is the stack's own, is refused before anything is sent.
 */

import { isObject, type Json, type JsonObject } from './json.ts';

export interface Problem {
  readonly problem: string;
}

/** CR, LF and NUL end a line or worse; the other control characters are allowed nowhere in a header either. */
const forbidden = /[\x00-\x1f\x7f]/;
/** One line of text that a header may hold. */
export const isLine = (text: string): boolean => !forbidden.test(text);
const token = /^[\w\-.!%*+`'~]+$/;

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'problem' in value;

/** x-header1 → X-Header1 */
export const canonicalName = (name: string): string =>
  name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

const scalar = (value: Json): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** The lines for xHeaders or pHeaders: one for each array element. */
export const customHeaders = (
  headers: Json | undefined,
  prefix: 'X-' | 'P-',
): readonly (readonly [string, string])[] | Problem => {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) return { problem: `the ${prefix} headers are an object` };
  const lines: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!token.test(name) || !name.toUpperCase().startsWith(prefix) || name.length === prefix.length) {
      return { problem: `${JSON.stringify(name)} is no ${prefix} header name` };
    }
    for (const element of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
      const line = scalar(element);
      if (line === undefined || forbidden.test(line))
        return { problem: `the value of ${name} is not one line of text` };
      lines.push([canonicalName(name), line]);
    }
  }
  return lines;
};

/** Parameters of a URI or header: names are tokens, values one line of text. */
export const parameters = (
  value: Json | undefined,
  what: string,
): Readonly<Record<string, string>> | undefined | Problem => {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return { problem: `${what} is an object` };
  const result: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    const line = given === null ? '' : scalar(given);
    if (!token.test(name) || line === undefined || forbidden.test(line)) {
      return { problem: `${what}: ${JSON.stringify(name)} is no parameter` };
    }
    result[name] = line;
  }
  return Object.keys(result).length === 0 ? undefined : result;
};

/** One line of text, numbers included (D-TYPE); empty is as good as absent. */
export const line = (body: JsonObject, key: string): string | undefined | Problem => {
  const value = body[key];
  if (value === undefined || value === null || value === '') return undefined;
  const text = scalar(value);
  return text === undefined || forbidden.test(text) ? { problem: `${key} is not one line of text` } : text;
};
