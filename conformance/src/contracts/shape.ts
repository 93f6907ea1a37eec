/**
 * What of a JSON body a contract holds on to: the OpenAPI document says which properties there are and of which types, so the
 * values that a run happened to have become examples. Pure.
 */
import type { JsonObject } from '@mediaservice/spec';
import { isObject } from '../drivers/http.ts';
import type { Matcher, Rule, Rules, Shape } from './types.ts';

/** An example for a leaf or for an object of any properties, by the name of its property; undefined: the recorded value will do. */
export type Sample = (name: string) => unknown;

/** Properties that say which message it is: an interaction is about this one value. */
const telling = new Set(['action', 'event', 'type', 'error']);

/** Follows `$ref`s (RFC 6901, within the document). */
export function dereferenced(document: JsonObject, schema: unknown): JsonObject {
  if (!isObject(schema)) return {};
  if (typeof schema.$ref !== 'string') return schema;
  let here: unknown = document;
  for (const key of schema.$ref.replace(/^#\//, '').split('/')) here = isObject(here) ? here[key] : undefined;
  return dereferenced(document, here);
}

/**
 * The body without what the document does not know, its properties in the document's order, with a rule for each.
 * @param schema of the body, with `$ref`s into `document`.
 */
export function shapeOf(document: JsonObject, schema: unknown, body: unknown, sample: Sample): Shape {
  const rules: Record<string, Rule> = {};
  const walk = (raw: unknown, value: unknown, path: string, name: string): unknown => {
    const found = dereferenced(document, raw);
    if (isObject(value) && isObject(found.properties)) return properties(found.properties, value, path);
    if (isObject(value) && typesOf(document, found).length > 0) {
      const sampled = sample(name);
      return free(isObject(sampled) ? sampled : value, path);
    }
    if (Array.isArray(value) && found.items !== undefined) {
      rules[path] = only({ match: 'type', min: value.length > 0 ? 1 : 0 });
      // Pact holds every element to the first one of the example.
      return value.slice(0, 1).map((one) => walk(found.items, one, `${path}[*]`, name));
    }
    return leaf(document, found, value, { path, name, sample, rules });
  };
  const properties = (known: JsonObject, value: JsonObject, path: string): JsonObject =>
    Object.fromEntries(
      Object.entries(known)
        .filter(([key]) => value[key] !== undefined)
        .map(([key, schemaOf]) => [key, walk(schemaOf, value[key], `${path}.${key}`, key)]),
    );
  const free = (value: JsonObject, path: string): JsonObject => {
    rules[path] = only({ match: 'values' });
    rules[`${path}.*`] = only({ match: 'type' });
    return value;
  };
  return { value: walk(schema, body, '$', ''), rules };
}

interface Leaf {
  readonly path: string;
  readonly name: string;
  readonly sample: Sample;
  readonly rules: Record<string, Rule>;
}

function leaf(document: JsonObject, schema: JsonObject, value: unknown, { path, name, sample, rules }: Leaf): unknown {
  const sampled = sample(name);
  const texts = enumOf(document, schema);
  if (texts !== undefined && typeof value === 'string') {
    if (!telling.has(name)) rules[path] = only({ match: 'regex', regex: `^(${texts.join('|')})$` });
    return value;
  }
  if (telling.has(name) || schema.const !== undefined) return value;
  const types = typesOf(document, schema);
  // Without a type in the document any JSON value is right.
  if (types.length === 0) {
    rules[path] = only({ match: 'notEmpty' });
    return sampled ?? value;
  }
  rules[path] = { combine: types.length > 1 ? 'OR' : 'AND', matchers: types.map(matcherOf) };
  return typeof sampled === typeof value ? sampled : value;
}

const only = (matcher: Matcher): Rule => ({ combine: 'AND', matchers: [matcher] });

/** The texts that an enumeration allows, where nothing else is allowed. */
function enumOf(document: JsonObject, schema: JsonObject): readonly string[] | undefined {
  if (Array.isArray(schema.anyOf) && schema.anyOf.length === 1)
    return enumOf(document, dereferenced(document, schema.anyOf[0]));
  return Array.isArray(schema.enum) ? schema.enum.map(String) : undefined;
}

function typesOf(document: JsonObject, schema: JsonObject): readonly string[] {
  if (typeof schema.type === 'string') return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.map(String);
  const branches: readonly unknown[] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  return [...new Set(branches.flatMap((one) => typesOf(document, dereferenced(document, one))))];
}

/** `type` compares with the type of the example, which is a text wherever the document allows one. */
function matcherOf(type: string): Matcher {
  return type === 'integer' || type === 'number' || type === 'boolean' || type === 'null'
    ? { match: type }
    : { match: 'type' };
}

/** Rules of a part of a body that stand alone, e.g. for an error answer. */
export const typed = (...paths: readonly string[]): Rules =>
  Object.fromEntries(paths.map((path) => [path, only({ match: 'type' })]));
