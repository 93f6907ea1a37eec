import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../document.ts';
import type { Hints } from '../hints.ts';

/** What is checked, as data, so that a test can break any of it. */
export interface HintInputs {
  readonly hints: unknown;
  /** `hints.schema.json`. */
  readonly schema: JsonObject;
  readonly rows: readonly { readonly area: string; readonly slug: string }[];
}

/**
 * Holds the hints to the catalogue.
 * @returns what is wrong, a sentence each: the shape (then nothing else is looked at), areas without a hint, hints for
 * nothing, a sentence that stands twice.
 */
export function checkHints({ hints, schema, rows }: HintInputs): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile<Hints>(schema);
  if (!validate(hints)) return (validate.errors ?? []).map((e) => `hints.yaml${e.instancePath}: ${e.message}`);
  const areas = new Set(rows.map(({ area }) => area));
  const slugs = new Set(rows.map(({ slug }) => slug));
  const texts = [...Object.values(hints.areas), ...Object.values(hints.requirements)];
  return [
    ...[...areas].filter((area) => !(area in hints.areas)).map((area) => `hints.yaml: the area ${area} has no hint`),
    ...Object.keys(hints.areas)
      .filter((area) => !areas.has(area))
      .map((area) => `hints.yaml: there is no area ${area}`),
    ...Object.keys(hints.requirements)
      .filter((slug) => !slugs.has(slug))
      .map((slug) => `hints.yaml: there is no row ${slug}`),
    ...texts.filter((text, i) => texts.indexOf(text) !== i).map((text) => `hints.yaml: stands twice: ${text}`),
  ];
}
