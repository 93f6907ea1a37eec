import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isObject, type JsonObject, loadOpenApi, resolve } from './document.ts';
import { callbacks, isAsking, operations } from './tables.ts';
import type { CallbackName, OperationId } from './types.ts';

/** One violation of a schema: where (RFC 6901, empty for the whole), what to do, and the keyword that says so. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
  readonly keyword: string;
}

type Extension = 'x-declared-type' | 'x-decision' | 'x-level';
const extensions: readonly Extension[] = ['x-declared-type', 'x-decision', 'x-level'];

let engine: Ajv2020 | undefined;
const compiled = new Map<string, ValidateFunction>();

/** Ajv knows the component schemas under `$defs`, so that its strict mode still finds a misspelt keyword. */
function createEngine(document: JsonObject): Ajv2020 {
  const schemas = resolve(document, 'components', 'schemas');
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
    code: { process: addingErrors },
  });
  // The package is CommonJS: under node its default import is the module object, and the function is its `default`.
  formats.default(ajv);
  ajv.addVocabulary([...extensions]);
  const text = JSON.stringify({ $id: 'api', $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/');
  ajv.addSchema(JSON.parse(text));
  return ajv;
}

/**
 * Code of Ajv that adds the errors of a referred schema to those there are, instead of copying all of them each time: of a
 * long list whose every item is wrong that would take the square of its length.
 */
function addingErrors(code: string): string {
  return code.replaceAll(
    /vErrors === null \? (\w+\.errors) : vErrors\.concat\(\1\)/g,
    'vErrors === null ? $1 : ($1.forEach((error) => vErrors.push(error)), vErrors)',
  );
}

/** The name of the component schema that a media type's schema refers to. */
function schemaName(document: JsonObject, ...keys: readonly string[]): string {
  const schema = resolve(document, ...keys, 'content', 'application/json');
  const reference = isObject(schema) && isObject(schema.schema) ? schema.schema.$ref : undefined;
  if (typeof reference !== 'string') throw new Error(`openapi.yaml: no schema at ${keys.join(' ')}`);
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function validatorOf(key: string, find: (document: JsonObject) => string): ValidateFunction {
  let validate = compiled.get(key);
  if (validate === undefined) {
    const document = loadOpenApi();
    engine ??= createEngine(document);
    const name = find(document);
    validate = engine.getSchema(`api#/$defs/${name}`);
    if (validate === undefined) throw new Error(`openapi.yaml: no schema named ${name}`);
    compiled.set(key, validate);
  }
  return validate;
}

function check(validate: ValidateFunction, value: unknown): readonly Violation[] {
  return validate(value) ? [] : violations(validate.errors ?? []);
}

/**
 * `anyOf` says in one sentence what its branches say in several, so the branches are left out. Takes time in proportion to
 * the errors: a value from outside may have as many as it has bytes.
 */
function violations(errors: readonly ErrorObject[]): readonly Violation[] {
  const alternatives = alternativesOf(errors);
  const parts = errors.filter((error) => !isBranch(alternatives, error));
  const missing = missingBelow(errors);
  return parts.map((error) => {
    const property = error.keyword === 'required' ? `/${escapeKey(String(error.params.missingProperty))}` : '';
    return { pointer: error.instancePath + property, message: messageOf(error, missing), keyword: error.keyword };
  });
}

interface Alternatives {
  /** Places of `anyOf` in the schema. */
  readonly places: ReadonlySet<string>;
  /** The `$ref`s of the branches that a place in the value was held to. */
  readonly references: ReadonlyMap<string, ReadonlySet<string>>;
}

function alternativesOf(errors: readonly ErrorObject[]): Alternatives {
  const places = new Set<string>();
  const references = new Map<string, Set<string>>();
  for (const { keyword, schemaPath, instancePath, schema } of errors) {
    if (keyword !== 'anyOf') continue;
    places.add(schemaPath);
    const branches: readonly unknown[] = Array.isArray(schema) ? schema : [];
    const known = references.get(instancePath) ?? new Set();
    for (const branch of branches) if (isObject(branch)) known.add(String(branch.$ref));
    references.set(instancePath, known);
  }
  return { places, references };
}

/** Whether an error comes from a branch of an `anyOf`, be it written there or behind a `$ref`. */
function isBranch({ places, references }: Alternatives, { schemaPath, instancePath }: ErrorObject): boolean {
  const begins = (place: string): boolean => schemaPath.startsWith(`${place}/`);
  return [...places].some(begins) || [...(references.get(instancePath) ?? [])].some(begins);
}

/** Names of the properties that `required` misses, by the place of that keyword in the schema. */
function missingBelow(errors: readonly ErrorObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const missing = new Map<string, Set<string>>();
  for (const { keyword, schemaPath, params } of errors) {
    if (keyword !== 'required') continue;
    const names = missing.get(schemaPath) ?? new Set();
    missing.set(schemaPath, names.add(String(params.missingProperty)));
  }
  return missing;
}

function messageOf(error: ErrorObject, missing: ReadonlyMap<string, ReadonlySet<string>>): string {
  switch (error.keyword) {
    case 'required':
      return 'is required';
    case 'enum':
      return `must be one of ${JSON.stringify(error.params.allowedValues)}`;
    case 'anyOf': {
      const below = [...missing].filter(([place]) => place.startsWith(`${error.schemaPath}/`));
      const names = [...new Set(below.flatMap(([, each]) => [...each]))];
      return names.length > 0
        ? `must have at least one of ${names.join(', ')}`
        : 'has none of the forms that are allowed';
    }
    default:
      return error.message ?? `violates ${error.keyword}`;
  }
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Holds the JSON body of a REST operation to the OpenAPI document.
 * @returns the violations, none if it is right (D-ERR).
 */
export function validateOperationBody(name: OperationId, value: unknown): readonly Violation[] {
  const find = (document: JsonObject) => schemaName(document, 'paths', operations[name].path, 'post', 'requestBody');
  return check(validatorOf(`operation ${name}`, find), value);
}

/** Holds the JSON body of a callback to the OpenAPI document. Both types pass where D-TYPE says so. */
export function validateCallbackBody(name: CallbackName, value: unknown): readonly Violation[] {
  const find = (document: JsonObject) => schemaName(document, 'webhooks', name, 'post', 'requestBody');
  return check(validatorOf(`callback ${callbacks[name].name}`, find), value);
}

/** Holds an application's answer to a callback to the OpenAPI document; where answers are not used, anything is right. */
export function validateCallbackAnswer(name: CallbackName, value: unknown): readonly Violation[] {
  if (!isAsking(name)) return [];
  const find = (document: JsonObject) => schemaName(document, 'webhooks', name, 'post', 'responses', '200');
  return check(validatorOf(`answer ${name}`, find), value);
}

/** Holds any value to a schema of the document by name, e.g. `Error` or `Success`. */
export function validateSchema(name: string, value: unknown): readonly Violation[] {
  return check(
    validatorOf(`schema ${name}`, () => name),
    value,
  );
}
