import { describe, expect, it } from 'vitest';
import { shapeOf } from './shape.ts';
import type { Rules } from './types.ts';

const document = {
  components: {
    schemas: {
      Id: { type: 'string' },
      Reason: { anyOf: [{ $ref: '#/components/schemas/Id' }, { type: 'number' }] },
    },
  },
};
const schema = {
  type: 'object',
  properties: {
    action: { type: 'string', enum: ['drop', 'ivr'] },
    mode: { type: 'string', enum: ['first', 'both'] },
    id: { $ref: '#/components/schemas/Id' },
    reason: { $ref: '#/components/schemas/Reason' },
    port: { type: 'integer' },
    wait: { type: 'number' },
    on: { type: 'boolean' },
    name: { type: ['string', 'null'] },
    reference: {},
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    phrases: { type: 'array', items: { type: 'object', properties: { format: { type: 'string' } } } },
  },
};
const and = (...matchers: Rules[string]['matchers']) => ({ combine: 'AND', matchers }) as const;
const or = (...matchers: Rules[string]['matchers']) => ({ combine: 'OR', matchers }) as const;

describe('the shape of a body', () => {
  it.each<[what: string, body: unknown, value: unknown, rules: Rules]>([
    ['a property that tells what it is about', { action: 'drop' }, { action: 'drop' }, {}],
    [
      'another enumeration',
      { mode: 'both' },
      { mode: 'both' },
      { '$.mode': and({ match: 'regex', regex: '^(first|both)$' }) },
    ],
    ['a text behind a reference', { id: 'abc' }, { id: 'sample' }, { '$.id': and({ match: 'type' }) }],
    ['one of several types', { reason: 5 }, { reason: 5 }, { '$.reason': or({ match: 'type' }, { match: 'number' }) }],
    [
      'whole and other numbers',
      { port: 1, wait: 0.5 },
      { port: 1, wait: 0.5 },
      { '$.port': and({ match: 'integer' }), '$.wait': and({ match: 'number' }) },
    ],
    ['a boolean', { on: false }, { on: false }, { '$.on': and({ match: 'boolean' }) }],
    ['what may be null', { name: 'x' }, { name: 'x' }, { '$.name': or({ match: 'type' }, { match: 'null' }) }],
    [
      'any JSON value',
      { reference: { a: [1] } },
      { reference: { a: [1] } },
      { '$.reference': and({ match: 'notEmpty' }) },
    ],
    [
      'names that nobody knows',
      { headers: { 'x-a': 'b' } },
      { headers: { 'x-a': 'b' } },
      { '$.headers': and({ match: 'values' }), '$.headers.*': and({ match: 'type' }) },
    ],
    [
      'a list, of which the first stands for all',
      { phrases: [{ format: 'a' }, { format: 'b' }] },
      { phrases: [{ format: 'a' }] },
      { '$.phrases': and({ match: 'type', min: 1 }), '$.phrases[*].format': and({ match: 'type' }) },
    ],
    ['what the document does not have', { more: 1, on: true }, { on: true }, { '$.on': and({ match: 'boolean' }) }],
  ])('of %s', (_, body, value, rules) => {
    const sample = (name: string) => (name === 'id' ? 'sample' : undefined);
    expect(shapeOf(document, schema, body, sample)).toEqual({ value, rules });
  });
});
