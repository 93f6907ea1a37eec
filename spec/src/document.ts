import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A JSON object of which nothing is known but that it is one. */
export type JsonObject = { readonly [key: string]: unknown };

/** Where the OpenAPI document is, for tools that want the file itself. */
export const openApiPath = new URL('../openapi.yaml', import.meta.url);

/** Whether a value is a JSON object, so neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

let cached: JsonObject | undefined;

/**
 * The OpenAPI document as parsed YAML, read once. Callers share it and must not change it.
 * @throws Error if the file is missing or holds no mapping.
 */
export function loadOpenApi(): JsonObject {
  if (cached === undefined) {
    const parsed: unknown = parse(readFileSync(openApiPath, 'utf8'));
    if (!isObject(parsed)) throw new Error('openapi.yaml holds no mapping');
    cached = parsed;
  }
  return cached;
}

/**
 * The customer application's side as an OpenAPI document of its own: each webhook becomes a path, `newCall` the path
 * `/newCall` and so on. Nothing of the input is changed.
 * @param document a document as `loadOpenApi` gives it.
 */
export function webhooksAsPaths(document: JsonObject): JsonObject {
  const { webhooks, paths: _, servers: __, security: ___, ...rest } = document;
  const paths = Object.fromEntries(
    Object.entries(isObject(webhooks) ? webhooks : {}).map(([name, item]) => [`/${name}`, item]),
  );
  const info = isObject(document.info) ? document.info : {};
  return {
    ...rest,
    info: { ...info, title: `${String(info.title)}: the customer application` },
    servers: [{ url: '/' }],
    paths,
  };
}

/**
 * Follows a path of keys and `$ref`s into the document.
 * @returns what is there, with a `$ref` resolved (RFC 6901 pointers within the document only), or undefined.
 */
export function resolve(document: JsonObject, ...keys: readonly string[]): unknown {
  let here: unknown = document;
  for (const key of keys) {
    here = isObject(here) ? deref(document, here[key]) : undefined;
  }
  return here;
}

/** A value, or what its `$ref` points at. */
export function deref(document: JsonObject, value: unknown): unknown {
  if (!isObject(value) || typeof value.$ref !== 'string') return value;
  const keys = value.$ref.replace(/^#\//, '').split('/');
  return resolve(document, ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')));
}
