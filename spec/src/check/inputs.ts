import { readFileSync } from 'node:fs';
import { loadCapabilities, loadDecisions, readAreaFiles } from '../catalogue.ts';
import { loadOpenApi } from '../document.ts';
import type { Inputs } from './check.ts';

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
