import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AreaFile, Requirement, Source } from '../catalogue.ts';
import type { JsonObject } from '../document.ts';
import { isCallbackName } from '../tables.ts';
import { allProperties, findProperty, hasOperation, hasSchema } from './properties.ts';

/** What is checked, as data, so that a test can break any of it. */
export interface Inputs {
  /** The OpenAPI document. */
  readonly document: JsonObject;
  /** `requirements.schema.json`. */
  readonly schema: JsonObject;
  readonly files: readonly AreaFile[];
  readonly decisions: ReadonlyMap<string, string>;
  readonly capabilities: ReadonlyMap<string, string>;
  /** Texts that mention decisions, by the name of their file. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Holds the catalogue to the OpenAPI document and to the decisions.
 * @returns what is wrong, a sentence each: rows against the schema (then nothing else is looked at), rows that point at
 * nothing, slugs used twice, properties that no row names, decisions that nothing rests on or that nobody made.
 */
export function checkCatalogue(inputs: Inputs): readonly string[] {
  const shape = checkShape(inputs);
  if (shape.length > 0) return shape;
  const rows = inputs.files.flatMap(({ area, rows: list }) =>
    (list as readonly Omit<Requirement, 'area'>[]).map((row): Requirement => ({ area, ...row })),
  );
  return [
    ...checkSlugs(rows),
    ...rows.flatMap((row) => checkRow(inputs, row)),
    ...checkProperties(inputs, rows),
    ...checkDecisions(inputs, rows),
  ];
}

function checkShape({ files, schema }: Inputs): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
    schema,
  );
  return files.flatMap(({ area, rows }) =>
    validate(rows) ? [] : (validate.errors ?? []).map((error) => `${area}${error.instancePath}: ${error.message}`),
  );
}

function checkSlugs(rows: readonly Requirement[]): readonly string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { area, slug } of rows) {
    if (seen.has(slug)) problems.push(`${slug}: there is another row of this slug`);
    if (!slug.startsWith(`${area}-`)) problems.push(`${slug}: a slug of ${area}.yaml starts with ${area}-`);
    seen.add(slug);
  }
  return problems;
}

function checkRow(inputs: Inputs, row: Requirement): readonly string[] {
  const problems = row.source.flatMap((source) => checkSource(inputs, source));
  if (!inputs.capabilities.has(row.capability))
    problems.push(`capability ${row.capability} is not in capabilities.yaml`);
  return problems.map((problem) => `${row.slug}: ${problem}`);
}

/** The message that a source speaks of, a key of `messages`; undefined where it speaks of none. */
function messageOf(source: Source): string | undefined {
  if ('operation' in source) return `operation ${source.operation} ${source.part ?? 'body'}`;
  if ('callback' in source) return `callback ${source.callback} ${source.part ?? 'body'}`;
  return 'schema' in source ? `schema ${source.schema}` : undefined;
}

function checkSource({ document, decisions }: Inputs, source: Source): readonly string[] {
  if ('decision' in source) return decisions.has(source.decision) ? [] : [`decision ${source.decision} is nowhere`];
  if ('rfc' in source) return [];
  if ('operation' in source && !hasOperation(source.operation)) return [`operation ${source.operation} is nowhere`];
  if ('callback' in source && !isCallbackName(source.callback)) return [`callback ${source.callback} is nowhere`];
  if ('schema' in source && !hasSchema(document, source.schema)) return [`schema ${source.schema} is nowhere`];
  return source.property === undefined || named(document, source) !== undefined
    ? []
    : [`property ${source.property} is not in ${messageOf(source)}`];
}

function named(document: JsonObject, source: Source): string | undefined {
  const message = messageOf(source);
  if (message === undefined || !('property' in source) || source.property === undefined) return undefined;
  return findProperty(document, message, source.property);
}

function checkProperties({ document }: Inputs, rows: readonly Requirement[]): readonly string[] {
  const covered = new Set(rows.flatMap((row) => row.source.map((source) => named(document, source))));
  return [...allProperties(document)]
    .filter((property) => !covered.has(property))
    .map((property) => `openapi.yaml: no row names ${property}`);
}

function checkDecisions({ decisions, texts }: Inputs, rows: readonly Requirement[]): readonly string[] {
  const cited = new Set(
    rows.flatMap((row) => row.source.map((source) => ('decision' in source ? source.decision : ''))),
  );
  const unused = [...decisions.keys()]
    .filter((id) => !cited.has(id))
    .map((id) => `decisions.yaml: no row rests on ${id}`);
  const unknown = [...texts].flatMap(([file, text]) =>
    [...new Set(text.match(/\bD-[A-Z]+\b/g))]
      .filter((id) => !decisions.has(id))
      .map((id) => `${file}: ${id} is nowhere`),
  );
  return [...unused, ...unknown];
}
