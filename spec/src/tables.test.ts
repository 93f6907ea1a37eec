import { describe, expect, it } from 'vitest';
import { isObject, loadOpenApi } from './document.ts';
import { callbackNames, callbacks, isAsking, operationIds, operations, promptOperations } from './tables.ts';

const document = loadOpenApi();
const verbs = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

/** `METHOD path operationId` of everything under `paths` or `webhooks`. */
function served(section: unknown): readonly string[] {
  if (!isObject(section)) throw new Error('the section is missing');
  return Object.entries(section).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {})
      .filter(([verb]) => verbs.includes(verb))
      .map(([verb, operation]) => `${verb.toUpperCase()} ${path} ${isObject(operation) ? operation.operationId : ''}`),
  );
}

describe('the tables and the OpenAPI document', () => {
  it('have the same operations', () => {
    const rows = Object.values({ ...operations, ...promptOperations });
    const table = rows.map(({ operationId, method, path }) => `${method} ${path} ${operationId}`);
    expect(table.toSorted()).toEqual(served(document.paths).toSorted());
    expect(operationIds).toHaveLength(11);
  });

  it('have the same callbacks', () => {
    const table = callbackNames.map((name) => `POST ${name} ${name}`);
    expect(table.toSorted()).toEqual(served(document.webhooks).toSorted());
    expect(callbackNames).toHaveLength(10);
  });

  it.each(callbackNames)('agree on whether the answer to %s is used', (name) => {
    const item = isObject(document.webhooks) ? document.webhooks[name] : undefined;
    const answers = isObject(item) && isObject(item.post) && isObject(item.post.responses) ? item.post.responses : {};
    expect(Object.keys(answers)).toContain(isAsking(name) ? '200' : '2XX');
    expect(callbacks[name].path).toBe(`/${name}`);
  });
});
