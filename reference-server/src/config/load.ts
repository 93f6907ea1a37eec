/**
 * The one place that reads settings files and environment variables. Precedence: command line, environment, file,
 * defaults. Without a `domains` list the demo domain is served.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { buildConfig } from './build.ts';
import { demoSettings } from './demo.ts';
import { fileVariable, variables } from './environment.ts';
import { nearest } from './nearest.ts';
import { isTree, type RawConfig, setIn, toPointer } from './raw.ts';
import { ensureSecrets, type SecretResult } from './secrets.ts';
import { type Config, ConfigError, type ConfigProblem } from './types.ts';
import { validateSettings } from './validate.ts';
import { parseYaml, type YamlText } from './yaml.ts';

export interface LoadOptions {
  /** Path of the YAML file; absent: MEDIASERVICE_CONFIG, else none. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Values of the command line with the option that gave them. */
  readonly overrides?: readonly {
    readonly option: string;
    readonly path: readonly string[];
    readonly value: unknown;
  }[];
  /** Callback base URL of the demo domain. */
  readonly demoCallbackUrl?: string;
}

export interface Loaded {
  readonly config: Config;
  readonly secrets: SecretResult;
}

/** @throws ConfigError with every fault found. Writes nothing. */
export async function checkSettings(options: LoadOptions = {}): Promise<Config> {
  const raw = await readSettings(options);
  return buildConfig(raw, { reply: '', domains: {} });
}

/** As `checkSettings`, and makes the secrets that are missing. */
export async function loadConfig(options: LoadOptions = {}): Promise<Loaded> {
  const raw = await readSettings(options);
  const own = (raw.domains ?? []).filter(({ auth }) => auth.secret === undefined && auth.jwksUrl === undefined);
  const secrets = await ensureSecrets(
    raw.storage.directory,
    own.map(({ name }) => name),
  );
  return { config: buildConfig(raw, secrets.secrets), secrets };
}

async function readSettings(options: LoadOptions): Promise<RawConfig> {
  const environment = options.environment ?? process.env;
  const file = options.file ?? environment[fileVariable];
  const text = file === undefined ? undefined : await readYaml(file);
  const tree = text === undefined ? {} : text.value;
  if (!isTree(tree)) throw new ConfigError([at(file ?? '', 'must be a mapping of settings')]);

  const places = new Map<string, string>();
  const place = (path: readonly string[], value: unknown, source: string): void => {
    setIn(tree, path, value);
    places.set(toPointer(path), source);
  };
  const misspelt = readEnvironment(environment, place);
  if (misspelt.length > 0) throw new ConfigError(misspelt);
  for (const { option, path, value } of options.overrides ?? []) place(path, value, option);
  if (tree.domains === undefined) setIn(tree, ['domains'], [demoSettings(options.demoCallbackUrl)]);

  const checked = validateSettings(tree, (pointer, key) => {
    const line = text?.line(pointer, key);
    const named = [...places].find(([known]) => pointer === known || pointer.startsWith(`${known}/`))?.[1];
    if (named !== undefined) return { source: named };
    return { source: file ?? 'settings', ...(line === undefined ? {} : { line }) };
  });
  if (isProblems(checked)) throw new ConfigError(checked);
  const base = file === undefined ? '.' : dirname(file);
  const { storage, tts } = checked;
  const { google } = tts;
  return {
    ...checked,
    storage: { ...storage, directory: resolve(base, storage.directory) },
    tts: { ...tts, ...(google && { google: { ...google, keyFile: resolve(base, google.keyFile) } }) },
  };
}

const isProblems = (value: RawConfig | readonly ConfigProblem[]): value is readonly ConfigProblem[] =>
  Array.isArray(value);

async function readYaml(file: string): Promise<YamlText> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const what = reason === 'ENOENT' ? 'there is no such settings file' : `cannot be read (${reason})`;
    throw new ConfigError([at(file, what)]);
  });
  const parsed = parseYaml(text, file);
  if ('value' in parsed) return parsed;
  throw new ConfigError(parsed);
}

const at = (source: string, what: string): ConfigProblem => ({ source, pointer: '', message: `${source}: ${what}` });

function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  place: (path: readonly string[], value: unknown, source: string) => void,
): ConfigProblem[] {
  const known = new Map(variables.map((variable) => [variable.name, variable]));
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith('MEDIASERVICE_') || name === fileVariable) continue;
    const variable = known.get(name);
    if (variable !== undefined) {
      const number = value.trim() === '' ? Number.NaN : Number(value);
      place(variable.path, variable.type === 'number' && Number.isFinite(number) ? number : value, name);
      continue;
    }
    // Variables of other programs may share the prefix; only what looks like a slip is refused.
    const meant = nearest(name, [...known.keys(), fileVariable]);
    if (meant !== undefined) problems.push(at(name, `unknown environment variable, did you mean ${meant}?`));
  }
  return problems;
}
