import { deref, isObject, type JsonObject, resolve } from '../document.ts';
import { callbackNames, isAsking, isOperationId, operations, promptOperations } from '../tables.ts';

/**
 * A schema, and the name under which its properties are counted: a message's own properties under the message, those of
 * a component that several messages share under the component, so that one requirement is enough for them.
 */
interface Node {
  readonly schema: unknown;
  readonly owner: string;
}

const componentOf = (schema: unknown): string | undefined =>
  isObject(schema) && typeof schema.$ref === 'string' ? schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) : undefined;

/** The properties that a schema names, those of its items, `allOf` and `anyOf` included. */
function children(document: JsonObject, { schema, owner }: Node): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  const target = deref(document, schema);
  if (!isObject(target)) return found;
  for (const [name, property] of Object.entries(isObject(target.properties) ? target.properties : {})) {
    found.set(name, { schema: property, owner: `${owner}.${name}` });
  }
  const parts = [target.items, ...listOf(target.allOf), ...listOf(target.anyOf)];
  for (const part of parts) {
    const component = componentOf(part);
    const node = { schema: part, owner: component === undefined ? owner : `schema ${component}` };
    for (const [name, child] of children(document, node)) found.set(name, child);
  }
  return found;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The node of a property seen from outside: a `$ref` makes the component the owner of what is inside. */
function enter(node: Node): Node {
  const component = componentOf(node.schema);
  return component === undefined ? node : { schema: node.schema, owner: `schema ${component}` };
}

function bodyOf(document: JsonObject, owner: string, ...keys: readonly string[]): Node | undefined {
  const media = resolve(document, ...keys, 'content', 'application/json');
  return isObject(media) ? { schema: media.schema, owner } : undefined;
}

/** The path parameters of an operation, in the shape of a schema. */
function pathNode(document: JsonObject, owner: string, path: string): Node {
  const parameters = listOf(resolve(document, 'paths', path, 'parameters')).map((item) => deref(document, item));
  const properties = parameters.filter(isObject).map((item) => [String(item.name), item.schema]);
  return { schema: { properties: Object.fromEntries(properties) }, owner };
}

const rows = Object.values({ ...operations, ...promptOperations });

/** Every message of the document, by what a requirement calls it, e.g. `callback newCall answer`. */
export function messages(document: JsonObject): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  const add = (name: string, node: Node | undefined) => {
    if (node !== undefined) found.set(name, node);
  };
  for (const { operationId, method, path } of rows) {
    const verb = method.toLowerCase();
    const name = `operation ${operationId}`;
    add(`${name} path`, pathNode(document, `${name} path`, path));
    add(`${name} body`, bodyOf(document, `${name} body`, 'paths', path, verb, 'requestBody'));
    add(`${name} answer`, bodyOf(document, `${name} answer`, 'paths', path, verb, 'responses', '200'));
  }
  for (const name of callbackNames) {
    const owner = `callback ${name}`;
    add(`${owner} body`, bodyOf(document, `${owner} body`, 'webhooks', name, 'post', 'requestBody'));
    if (isAsking(name))
      add(`${owner} answer`, bodyOf(document, `${owner} answer`, 'webhooks', name, 'post', 'responses', '200'));
  }
  add('schema Error', { schema: { $ref: '#/components/schemas/Error' }, owner: 'schema Error' });
  return found;
}

/** Every property of every message, each once, e.g. `callback newCall body.sessionId` or `schema Phrase.format`. */
export function allProperties(document: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (node: Node) => {
    for (const child of children(document, node).values()) {
      if (found.has(child.owner)) continue;
      found.add(child.owner);
      walk(enter(child));
    }
  };
  for (const node of messages(document).values()) walk(node);
  return found;
}

/**
 * The property that a path leads to.
 * @param start a key of `messages`, or `schema <name>` for any component.
 * @param path names joined with dots.
 * @returns its name as in `allProperties`, or undefined if the path leads nowhere.
 */
export function findProperty(document: JsonObject, start: string, path: string): string | undefined {
  let node = startNode(document, start);
  let owner: string | undefined;
  for (const name of path.split('.')) {
    const child = node && children(document, node).get(name);
    owner = child?.owner;
    node = child && enter(child);
  }
  return owner;
}

function startNode(document: JsonObject, start: string): Node | undefined {
  const name = start.startsWith('schema ') ? start.slice('schema '.length) : undefined;
  if (name === undefined) return messages(document).get(start);
  return hasSchema(document, name) ? { schema: { $ref: `#/components/schemas/${name}` }, owner: start } : undefined;
}

/** Whether the document has a component schema of this name. */
export function hasSchema(document: JsonObject, name: string): boolean {
  return resolve(document, 'components', 'schemas', name) !== undefined;
}

/** Whether there is such an operation, those of the extension included. */
export function hasOperation(name: string): boolean {
  return isOperationId(name) || Object.hasOwn(promptOperations, name);
}
