/** Reading an application's answer: each reader gives undefined for what is absent or of another type. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (object: JsonObject, key: string): string | undefined => {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A text property whose sample in the document is a number: both are taken (D-TYPE). */
export const numberOrText = (object: JsonObject, key: string): string | undefined => {
  const value = object[key];
  return typeof value === 'number' ? String(value) : text(object, key);
};

export const number = (object: JsonObject, key: string): number | undefined => {
  const value = object[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

/** A number above zero: zero seconds or digits are the samples' way to say none. */
export const positive = (object: JsonObject, key: string): number | undefined => {
  const value = number(object, key);
  return value !== undefined && value > 0 ? value : undefined;
};

export const object = (parent: JsonObject, key: string): JsonObject | undefined => {
  const value = parent[key];
  return isObject(value) ? value : undefined;
};

export const flag = (object: JsonObject, key: string): boolean => object[key] === true;
