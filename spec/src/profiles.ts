import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Requirement } from './catalogue.ts';

/** What one kind of service has of the API. `profiles.schema.json` describes each property. */
export interface Profile {
  readonly name: string;
  readonly text: string;
  readonly capabilities: readonly string[];
  readonly areas: readonly string[];
  readonly rows: readonly string[];
}

/** The profiles in the order of their file. `npm run check` proves that the file holds what the schema says. */
export function loadProfiles(): readonly Profile[] {
  return profilesOf(readProfiles() as Parameters<typeof profilesOf>[0]);
}

/** The file as it was read, not yet checked. */
export function readProfiles(): unknown {
  return parse(readFileSync(new URL('../profiles.yaml', import.meta.url), 'utf8'));
}

/** The content of the file as profiles: lists that are left out are empty. */
export function profilesOf(
  content: Readonly<Record<string, Pick<Profile, 'text' | 'capabilities'> & Partial<Profile>>>,
): readonly Profile[] {
  return Object.entries(content).map(([name, profile]) => ({ areas: [], rows: [], ...profile, name }));
}

/** Whether a row is of a profile. */
export function isOfProfile(
  { capabilities, areas, rows }: Profile,
  row: Pick<Requirement, 'slug' | 'area'> & { readonly capability?: string },
): boolean {
  return (
    (row.capability !== undefined && capabilities.includes(row.capability)) ||
    areas.includes(row.area) ||
    rows.includes(row.slug)
  );
}
