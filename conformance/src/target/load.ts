import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { freePort } from '../drivers/ports.ts';
import { Redactor } from '../evidence/redactor.ts';
import { secretsOf, withoutUserinfo } from '../evidence/secrets.ts';
import { why } from '../why.ts';
import { readContainer, withAddresses } from './container/read.ts';
import { loopback, type Places } from './container/types.ts';
import { targetSchema } from './schema.ts';
import { type Target, TargetError, type TargetFile, type Timers } from './types.ts';

export const defaultTimers: Timers = {
  callbackTimeoutMs: 5000,
  dtmfGraceMs: 400,
  quietMs: 300,
  stepMs: 5000,
};

const validate = new Ajv2020({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
}).compile<TargetFile>(targetSchema);

/**
 * Reads a target file.
 * @throws {TargetError} one sentence naming file, line and pointer.
 */
export async function loadTarget(
  path: string,
  env: Readonly<Record<string, string | undefined>> = {},
  places: Places = loopback,
): Promise<Target> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new TargetError(
      missing
        ? `There is no target file ${path}; \`mediaservice-conformance init ${path}\` writes one.`
        : `${path} cannot be read as a target file: ${why(cause)}.`,
    );
  }
  return parseTarget(text, path, env, places);
}

/** As `loadTarget`, for text in hand. `path` only serves for messages. */
export async function parseTarget(
  text: string,
  path: string,
  env: Readonly<Record<string, string | undefined>> = {},
  places: Places = loopback,
): Promise<Target> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new TargetError(
      `${path}:${line}: not YAML: ${broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`,
    );
  }
  const ports = new Map<string, number>();
  if (document.contents === null)
    throw new TargetError(
      `${path} is empty; \`mediaservice-conformance init --force ${path}\` writes what belongs there.`,
    );
  const data = await replacePlaceholders(withAddresses(document.toJS()), ports, { ...env, ...places }, path);
  if (!validate(data)) {
    const [first] = chooseErrors(validate.errors ?? []);
    throw new TargetError(first ? sentence(path, document, lines, first) : `${path}: not a target file`);
  }
  return discreet(withDefaults(data, path));
}

/** What it is called stands in every report, on the terminal and in the records alike: there it holds no secret from the start. */
function discreet(target: Target): Target {
  const { name, description } = withoutUserinfo({ name: target.name, description: target.description });
  const redactor = new Redactor(secretsOf(target));
  redactor.collect([name, description]);
  return {
    ...{ ...target, name: redactor.omitted(name) },
    ...(description === undefined ? {} : { description: redactor.omitted(description) }),
  };
}

function withDefaults(file: TargetFile, path: string): Target {
  const alarmUrl = file.callbacks.alarmUrl ?? `${file.callbacks.baseUrl.replace(/\/$/, '')}/alarm`;
  for (const [pointer, url] of [
    ['/callbacks/alarmUrl', alarmUrl],
    ['/mediaservice/baseUrl', file.mediaservice?.baseUrl],
  ] as const) {
    if (url !== undefined && new URL(url).host !== new URL(file.callbacks.baseUrl).host)
      throw new TargetError(
        `${path}: ${pointer} must be on the host and port of /callbacks/baseUrl, where the suite listens`,
      );
  }
  for (const [capability, setting] of [
    ['hybrid', 'siteId'],
    ['digest-auth', 'sipCredentials'],
    ['multi-service', 'mediaservice'],
    ['metrics', 'metrics'],
  ] as const) {
    if (file.capabilities?.includes(capability) && file[setting] === undefined)
      throw new TargetError(`${path}: the capability ${capability} needs "${setting}", or nothing could be expected`);
  }
  if (file.numbers.last < file.numbers.first) throw new TargetError(`${path}: /numbers/last is below /numbers/first`);
  const { command, container, embedded: _embedded, ...rest } = file;
  return {
    ...rest,
    sip: { ...file.sip, transport: file.sip.transport ?? 'udp' },
    callbacks: { baseUrl: file.callbacks.baseUrl, alarmUrl },
    tenants: file.tenants ?? {},
    capabilities: file.capabilities ?? [],
    timers: { ...defaultTimers, ...file.timers },
    ...(container && { container: readContainer(container, file, path) }),
    ...(command && {
      command: {
        ...command,
        ready: {
          // Nothing says what a service answers at its bare REST address, 404 perhaps; of a page of readiness 503 means no.
          ...(command.ready?.url === undefined ? { url: file.rest.baseUrl, any: true } : { url: command.ready.url }),
          timeoutMs: command.ready?.timeoutMs ?? 20_000,
        },
        stopMs: command.stopMs ?? 5000,
      },
    }),
  };
}

const whole = /^\$\{port:([\w-]+)\}$/;
const placeholder = /\$\{(?:(port|env):([\w-]+)|((?:suite|target)\.host))\}/g;

/**
 * `${port:name}`: a free port, the same for the same name. `${env:NAME}`: from the environment, so that secrets stay out of
 * files. `${suite.host}` and `${target.host}`: where a container and this machine reach each other.
 */
async function replacePlaceholders(
  value: unknown,
  ports: Map<string, number>,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
): Promise<unknown> {
  const port = async (name: string): Promise<number> => {
    const known = ports.get(name) ?? (await freePort('127.0.0.1'));
    ports.set(name, known);
    return known;
  };
  const text = async (value: string): Promise<string | number> => {
    const only = whole.exec(value)?.[1];
    if (only !== undefined) return port(only);
    let result = value;
    for (const [found, kind, named, place] of value.matchAll(placeholder)) {
      const name = named ?? place ?? '';
      const replacement = kind === 'port' ? String(await port(name)) : env[name];
      if (replacement === undefined)
        throw new TargetError(
          `${path}: the environment variable ${name} is not set, but the file uses it: set it, or write the value into the file`,
        );
      result = result.replace(found, () => replacement);
    }
    return result;
  };
  const walk = async (value: unknown): Promise<unknown> => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await walk(item));
      return items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) entries.push([key, await walk(item)]);
    return Object.fromEntries(entries);
  };
  return walk(value);
}

/** An error below a `oneOf` says more than the `oneOf` itself; a discriminator that fits leads to the branch that was meant. */
function chooseErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const wrongBranches = new Set(
    errors.filter((e) => e.keyword === 'const').map((e) => e.schemaPath.replace(/\/properties\/.*$/, '')),
  );
  const useful = errors.filter(
    (e) => e.keyword !== 'oneOf' && ![...wrongBranches].some((branch) => e.schemaPath.startsWith(branch)),
  );
  // A name that is misspelt is the cause, the one that is missing then only its consequence.
  const misspelt = useful.filter((e) => e.keyword === 'additionalProperties');
  if (misspelt.length > 0) return misspelt;
  return useful.length > 0 ? useful : errors;
}

function sentence(path: string, document: Document, lines: LineCounter, error: ErrorObject): string {
  const extra = error.keyword === 'additionalProperties' ? String(error.params.additionalProperty) : undefined;
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const pointer = `${error.instancePath}${extra === undefined ? '' : `/${extra}`}` || '/';
  const what =
    extra !== undefined
      ? 'is not a setting of a target file'
      : error.keyword === 'required'
        ? `needs "${String(error.params.missingProperty)}"`
        : error.keyword === 'enum'
          ? `must be one of ${(error.params.allowedValues as readonly unknown[]).join(', ')}`
          : error.keyword === 'oneOf' || error.keyword === 'const'
            ? 'fits none of the kinds there are (hs256 with a secret, bearer with a token)'
            : (error.message ?? 'is not right');
  return `${path}:${lineOf(document, lines, extra === undefined ? keys : [...keys, extra])}: ${pointer} ${what}`;
}

/** Line of the node at `keys`, or of the nearest one above it. */
function lineOf(document: Document, lines: LineCounter, keys: readonly string[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(
      keys.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      true,
    );
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
