import { describe, expect, it } from 'vitest';
import type { AreaFile, Requirement } from '../catalogue.ts';
import { loadCatalogue } from '../catalogue.ts';
import type { JsonObject } from '../document.ts';
import { checkCatalogue, type Inputs } from './check.ts';
import { readInputs } from './inputs.ts';
import { allProperties, findProperty } from './properties.ts';

const inputs = readInputs();

const row = (change: Partial<Requirement> | { readonly source: unknown }) => ({
  slug: 'extra-row',
  text: 'Something that can be shown.',
  level: 'documented',
  strength: 'MUST',
  role: 'service',
  capability: 'core',
  source: [{ callback: 'newCall' }],
  ...change,
});
const withRows = (...rows: readonly unknown[]): Inputs => ({
  ...inputs,
  files: [...inputs.files, { area: 'extra', rows }],
});

/** The document with a schema changed. */
function withSchema(name: string, change: (schema: Record<string, unknown>) => void): Inputs {
  const document = structuredClone(inputs.document) as {
    components: { schemas: Record<string, Record<string, unknown>> };
  };
  const schema = document.components.schemas[name];
  if (schema === undefined) throw new Error(`no schema ${name}`);
  change(schema);
  return { ...inputs, document: document as unknown as JsonObject };
}

const without = (predicate: (row: Requirement) => boolean): readonly AreaFile[] =>
  inputs.files.map(({ area, rows }) => ({
    area,
    rows: (rows as readonly Requirement[]).filter((it) => !predicate(it)),
  }));

describe('the catalogue as it is', () => {
  it('has no problems', () => {
    expect(checkCatalogue(inputs)).toEqual([]);
  });

  it('takes a right row more', () => {
    expect(checkCatalogue(withRows(row({})))).toEqual([]);
  });

  it('is loaded whole, each row with its area', () => {
    const rows = loadCatalogue();
    expect(rows.length).toBe(
      inputs.files.reduce((sum, { rows: list }) => sum + (Array.isArray(list) ? list.length : 0), 0),
    );
    expect(rows.every(({ area, slug }) => slug.startsWith(`${area}-`))).toBe(true);
  });
});

describe('a row that is wrong', () => {
  const unknown: readonly (readonly [string, unknown, string])[] = [
    ['operation', { operation: 'makeTea' }, 'operation makeTea is nowhere'],
    ['callback', { callback: 'makeTea' }, 'callback makeTea is nowhere'],
    ['schema', { schema: 'Tea' }, 'schema Tea is nowhere'],
    ['body property', { callback: 'newCall', property: 'tea' }, 'property tea is not in callback newCall body'],
    [
      'answer property',
      { callback: 'newCall', part: 'answer', property: 'greeting.tea' },
      'property greeting.tea is not in callback newCall answer',
    ],
    [
      'path parameter',
      { operation: 'stopRecording', part: 'path', property: 'tea' },
      'property tea is not in operation stopRecording path',
    ],
    [
      'answer that nobody uses',
      { callback: 'callNotify', part: 'answer', property: 'action' },
      'property action is not in callback callNotify answer',
    ],
    ['component property', { schema: 'Phrase', property: 'tea' }, 'property tea is not in schema Phrase'],
  ];
  it.each(unknown)('unknown %s', (_name, source, expected) => {
    expect(checkCatalogue(withRows(row({ source: [source] })))).toEqual([`extra-row: ${expected}`]);
  });

  it('unknown decision', () => {
    const wrong = row({ level: 'interpreted', source: [{ decision: 'D-TEA' }] });
    expect(checkCatalogue(withRows(wrong))).toEqual(['extra-row: decision D-TEA is nowhere']);
  });

  it('unknown capability', () => {
    expect(checkCatalogue(withRows(row({ capability: 'tea' })))).toEqual([
      'extra-row: capability tea is not in capabilities.yaml',
    ]);
  });

  it('a slug used twice', () => {
    expect(checkCatalogue(withRows(row({}), row({})))).toEqual(['extra-row: there is another row of this slug']);
  });

  it('a slug of another area', () => {
    expect(checkCatalogue(withRows(row({ slug: 'other-row' })))).toEqual([
      'other-row: a slug of extra.yaml starts with extra-',
    ]);
  });

  it.each([
    ['no slug', { slug: undefined }],
    ['a slug in capitals', { slug: 'Extra-Row' }],
    ['an unknown level', { level: 'guessed' }],
    ['an unknown strength', { strength: 'MAY' }],
    ['an unknown role', { role: 'caller' }],
    ['no source', { source: [] }],
    ['a source of no known kind', { source: [{ page: 3 }] }],
    ['an unknown property', { colour: 'red' }],
    ['documented without a place of the API', { source: [{ decision: 'D-TYPE' }] }],
    ['interpreted without a decision', { level: 'interpreted' }],
    ['extension without a decision', { level: 'extension' }],
    ['untestable without a reason', { untestable: '' }],
  ])('%s is against the schema', (_name, change) => {
    const wrong = JSON.parse(JSON.stringify({ ...row({}), ...change }));
    const problems = checkCatalogue(withRows(wrong));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.startsWith('extra/0'))).toBe(true);
  });

  it('a file that is no list', () => {
    expect(checkCatalogue({ ...inputs, files: [{ area: 'extra', rows: {} }] })).toEqual(['extra: must be array']);
  });
});

describe('a property that no row names', () => {
  const added: readonly (readonly [string, string, string])[] = [
    ['body of an operation', 'PlaceIvrCallBody', 'operation placeIvrCall body.tea'],
    ['body of a callback', 'NewCallBody', 'callback newCall body.tea'],
    ['shared component', 'Phrase', 'schema Phrase.tea'],
    ['component inside a component', 'Encryption', 'schema Encryption.tea'],
    ['error', 'ErrorDetail', 'schema ErrorDetail.tea'],
  ];
  it.each(added)('in the %s', (_name, schema, expected) => {
    const broken = withSchema(schema, (it) => {
      it.properties = { ...(it.properties as object), tea: { type: 'string' } };
    });
    expect(checkCatalogue(broken)).toEqual([`openapi.yaml: no row names ${expected}`]);
  });

  it('in an answer that two callbacks share: once for each', () => {
    const broken = withSchema('ActionAnswer', (it) => {
      it.properties = { ...(it.properties as object), tea: { type: 'object', properties: { sugar: {} } } };
    });
    expect(checkCatalogue(broken)).toEqual([
      'openapi.yaml: no row names callback newCall answer.tea',
      'openapi.yaml: no row names callback newCall answer.tea.sugar',
      'openapi.yaml: no row names callback callEvent answer.tea',
      'openapi.yaml: no row names callback callEvent answer.tea.sugar',
    ]);
  });

  it('because its row went away', () => {
    const files = without((it) => it.source.some((source) => 'property' in source && source.property === 'srcAddr'));
    expect(checkCatalogue({ ...inputs, files })).toEqual(['openapi.yaml: no row names callback newCall body.srcAddr']);
  });
});

describe('a decision', () => {
  it('that nothing rests on', () => {
    const decisions = new Map([...inputs.decisions, ['D-TEA', 'Tea is at five.']]);
    expect(checkCatalogue({ ...inputs, decisions })).toEqual(['decisions.yaml: no row rests on D-TEA']);
  });

  it('that the OpenAPI document cites but nobody made', () => {
    const texts = new Map([['openapi.yaml', 'as D-TEA and D-TYPE say']]);
    expect(checkCatalogue({ ...inputs, texts })).toEqual(['openapi.yaml: D-TEA is nowhere']);
  });
});

describe('properties', () => {
  it('has those of all messages', () => {
    const all = allProperties(inputs.document);
    expect(all.size).toBeGreaterThan(200);
    for (const name of [
      'callback alarm body.errorDetails',
      'schema Phrase.format',
      'operation hangupCall answer.success',
    ]) {
      expect(all).toContain(name);
    }
  });

  it.each([
    ['callback getIvrCommand body', 'dtmfParams.encryption.type', 'schema AppliedEncryption.type'],
    ['callback newCall answer', 'greeting.caller.phrases.format', 'schema Phrase.format'],
    [
      'callback getIvrCommand answer',
      'phrases.googleTTSParameters.voice.name',
      'schema GoogleTtsParameters.voice.name',
    ],
    ['schema Error', 'details.pointer', 'schema ErrorDetail.pointer'],
    ['operation putPromptFile path', 'filename', 'operation putPromptFile path.filename'],
    ['callback newCall answer', 'greeting.nobody.phrases', undefined],
  ])('%s, %s is %s', (start, path, expected) => {
    expect(findProperty(inputs.document, start, path)).toBe(expected);
  });
});
