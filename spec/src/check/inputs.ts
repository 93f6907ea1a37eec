import { readFileSync } from 'node:fs';
import { loadCapabilities, loadCatalogue, loadDecisions, readAreaFiles } from '../catalogue.ts';
import { loadOpenApi } from '../document.ts';
import { loadHints } from '../hints.ts';
import { readProfiles } from '../profiles.ts';
import type { Inputs } from './check.ts';
import type { HintInputs } from './hints.ts';
import type { ProfileInputs } from './profiles.ts';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** The files of this package as `checkCatalogue` takes them. */
export function readInputs(): Inputs {
  return {
    document: loadOpenApi(),
    schema: JSON.parse(read('requirements.schema.json')),
    files: readAreaFiles(),
    decisions: loadDecisions(),
    capabilities: loadCapabilities(),
    texts: new Map(['openapi.yaml', 'interpretations.md'].map((name) => [name, read(name)])),
  };
}

/** As `readInputs`, for `checkProfiles`. */
export function readProfileInputs(): ProfileInputs {
  return {
    profiles: readProfiles(),
    schema: JSON.parse(read('profiles.schema.json')),
    rows: loadCatalogue(),
    capabilities: loadCapabilities(),
  };
}

/** As `readInputs`, for `checkHints`. */
export function readHintInputs(): HintInputs {
  return { hints: loadHints(), schema: JSON.parse(read('hints.schema.json')), rows: loadCatalogue() };
}
