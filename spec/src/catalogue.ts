import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isObject } from './document.ts';

/** A place of the OpenAPI document, a decision or an RFC that a requirement rests on. */
export type Source =
  | { readonly operation: string; readonly part?: 'path' | 'body' | 'answer'; readonly property?: string }
  | { readonly callback: string; readonly part?: 'body' | 'answer'; readonly property?: string }
  | { readonly schema: string; readonly property?: string }
  | { readonly decision: string }
  | { readonly rfc: number; readonly section?: string };

/** One thing that can be demanded of an implementation. `requirements.schema.json` describes each property. */
export interface Requirement {
  /** Name of the file that the row is in, e.g. `newcall`. */
  readonly area: string;
  readonly slug: string;
  readonly text: string;
  readonly level: 'documented' | 'interpreted' | 'extension';
  readonly strength: 'MUST' | 'SHOULD';
  readonly role: 'service' | 'application';
  /** A key of `loadCapabilities()`. */
  readonly capability: string;
  readonly source: readonly Source[];
  /** Why no black box can show it. */
  readonly untestable?: string;
}

/** A file of rows as it was read, not yet checked. */
export interface AreaFile {
  readonly area: string;
  readonly rows: unknown;
}

const folder = new URL('../requirements/', import.meta.url);
const capabilitiesFile = 'capabilities.yaml';

const readYaml = (url: URL): unknown => parse(readFileSync(url, 'utf8'));

function readTexts(url: URL): ReadonlyMap<string, string> {
  const parsed = readYaml(url);
  if (!isObject(parsed)) throw new Error(`${url.pathname} holds no mapping`);
  return new Map(Object.entries(parsed).map(([key, text]) => [key, String(text)]));
}

/** The files of `requirements/`, in the order of their names. */
export function readAreaFiles(): readonly AreaFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== capabilitiesFile)
    .sort()
    .map((name) => ({ area: name.slice(0, -'.yaml'.length), rows: readYaml(new URL(name, folder)) }));
}

/** Decision ids and what each settles. */
export function loadDecisions(): ReadonlyMap<string, string> {
  return readTexts(new URL('../decisions.yaml', import.meta.url));
}

/** Capabilities that a target can claim and what each means. */
export function loadCapabilities(): ReadonlyMap<string, string> {
  return readTexts(new URL(capabilitiesFile, folder));
}

let cached: readonly Requirement[] | undefined;

/**
 * All rows of the catalogue, read once, by area and in the order of their files. `npm run check` proves that the files
 * hold what this type says, so nothing is checked again here.
 */
export function loadCatalogue(): readonly Requirement[] {
  cached ??= readAreaFiles().flatMap(({ area, rows }) =>
    (rows as readonly Omit<Requirement, 'area'>[]).map((row) => ({ area, ...row })),
  );
  return cached;
}
