import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Requirement } from '../catalogue.ts';
import type { JsonObject } from '../document.ts';
import { isOfProfile, profilesOf } from '../profiles.ts';

/** What profiles are held to, as data. */
export interface ProfileInputs {
  /** `profiles.yaml` as it was read. */
  readonly profiles: unknown;
  /** `profiles.schema.json`. */
  readonly schema: JsonObject;
  readonly rows: readonly Pick<Requirement, 'slug' | 'area' | 'capability'>[];
  readonly capabilities: ReadonlyMap<string, string>;
}

/** @returns what is wrong, a sentence each: names that lead nowhere, and rows that are not in `full`. */
export function checkProfiles({ profiles, schema, rows, capabilities }: ProfileInputs): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile<
    Parameters<typeof profilesOf>[0]
  >(schema);
  if (!validate(profiles))
    return (validate.errors ?? []).map(({ instancePath, message }) => `profiles.yaml${instancePath}: ${message}`);
  const all = profilesOf(profiles);
  const areas = new Set(rows.map(({ area }) => area));
  const slugs = new Set(rows.map(({ slug }) => slug));
  const unknown = (kind: string, names: readonly string[], known: { has(name: string): boolean }) =>
    names.filter((name) => !known.has(name)).map((name) => `${kind} ${name} is nowhere`);
  return [
    ...all.flatMap((profile) =>
      [
        ...unknown('capability', profile.capabilities, capabilities),
        ...unknown('area', profile.areas, areas),
        ...unknown('row', profile.rows, slugs),
      ].map((problem) => `profiles.yaml: ${profile.name}: ${problem}`),
    ),
    ...all
      .filter(({ name }) => name === 'full')
      .flatMap((full) =>
        rows.filter((row) => !isOfProfile(full, row)).map(({ slug }) => `profiles.yaml: ${slug} is not in full`),
      ),
  ];
}
