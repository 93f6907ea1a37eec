import { isObject, loadOpenApi, resolve } from '../document.ts';

/**
 * The examples of a body or an answer in the OpenAPI document, by name; one without a name is called `example`.
 * @throws Error if there is no JSON at that place.
 */
export function examplesAt(...keys: readonly string[]): readonly (readonly [string, unknown])[] {
  const media = resolve(loadOpenApi(), ...keys, 'content', 'application/json');
  if (!isObject(media)) throw new Error(`no JSON at ${keys.join(' ')}`);
  const named = Object.entries(isObject(media.examples) ? media.examples : {});
  const all = named.map(([name, example]) => [name, isObject(example) ? example.value : undefined] as const);
  return media.example === undefined ? all : [...all, ['example', media.example] as const];
}

/** The first example of the body that is posted to a path or webhook. */
export function exampleBody(section: 'paths' | 'webhooks', name: string): unknown {
  const [first] = examplesAt(section, name, 'post', 'requestBody');
  if (first === undefined) throw new Error(`no example at ${name}`);
  return first[1];
}
