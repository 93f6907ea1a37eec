/** docs/target-file.md against the schema: every key is told, no key is made up, and a needed one is called so. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultTimers } from './load.ts';
import { targetSchema } from './schema.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
}

/** Told where it is said for the main domain, or in docs/containers.md. */
const elsewhere = /^(container\b|tenants\.<role>\.(credentials|numbers)\.)/;

/** Dotted names of all settings that hold a value, not further ones. */
function keys(schema: Schema, path = ''): string[] {
  const branches = [schema, ...(schema.oneOf ?? [])];
  const found = branches.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, below]) => {
      const full = path === '' ? name : `${path}.${name}`;
      const deeper = keys(below, full);
      return full.startsWith('tenants.<role>.') || deeper.length === 0 ? [full] : deeper;
    }),
  );
  const { additionalProperties: any } = schema;
  return [...found, ...(typeof any === 'object' && any.properties !== undefined ? keys(any, `${path}.<role>`) : [])];
}

const page = readFileSync(new URL('../../../docs/target-file.md', import.meta.url), 'utf8');
const told = new Map(
  [...page.matchAll(/^\| `([a-zA-Z.<>]+)` \|([^|]*)\|[^|]+\|$/gm)].map(([, key = '', whether = '']) => [
    key,
    whether.trim(),
  ]),
);

describe('docs/target-file.md', () => {
  it('tells every key of the schema, and no other', () => {
    const expected = [...new Set(keys(targetSchema as Schema))].filter((key) => !elsewhere.test(key));
    expect([...told.keys()].toSorted()).toEqual(expected.toSorted());
  });

  it('tells the defaults of the timers', () => {
    for (const [name, value] of Object.entries(defaultTimers)) expect(told.get(`timers.${name}`)).toBe(String(value));
  });

  it('calls needed what the schema demands', () => {
    const { properties } = targetSchema;
    for (const group of ['metrics', 'numbers', 'command'] as const) {
      for (const key of properties[group].required)
        expect(told.get(`${group}.${key}`), `${group}.${key}`).toBe('needed');
    }
    expect([told.get('name'), told.get('domain'), told.get('tenants.<role>.domain')]).toEqual([
      'needed',
      'needed',
      'needed',
    ]);
  });
});
