import { dirname, resolve } from 'node:path';
import { TargetError, type TargetFile } from '../types.ts';
import type { ContainerFile, ContainerSpec } from './types.ts';

const placeholderOf = (name: string): string => `\${${name}}`;
const suite = placeholderOf('suite.host');
const target = placeholderOf('target.host');

/** What a target file with a container need not say: where the two find each other. */
const addresses: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  rest: { baseUrl: `http://${target}:8080` },
  sip: { host: target, port: 5060 },
  callbacks: { baseUrl: `http://${suite}:${placeholderOf('port:callbacks')}/callbacks` },
  suite: { host: suite },
};

/** A target file as it was parsed, with the addresses that it left to the suite. */
export function withAddresses(data: unknown): unknown {
  if (!isMapping(data) || data.container === undefined) return data;
  const given = Object.entries(addresses).map(([key, value]) => {
    const own = data[key];
    return [key, own === undefined || isMapping(own) ? { ...value, ...own } : own];
  });
  return { ...data, ...Object.fromEntries(given) };
}

/**
 * The container of a valid target file at `path`, with defaults, and paths relative to the file's folder.
 * @throws {TargetError} a combination that says nothing.
 */
export function readContainer(file: ContainerFile, whole: Pick<TargetFile, 'command'>, path: string): ContainerSpec {
  const wrong = problem(file, whole);
  if (wrong !== undefined) throw new TargetError(`${path}: ${wrong}`);
  const at = (name: string): string => resolve(dirname(path), name);
  const { build, compose, files, env, ready, ...rest } = file;
  return {
    ...rest,
    ...(build && {
      build: { ...build, context: at(build.context), ...(build.args && { args: strings(build.args) }) },
    }),
    ...(compose && { compose: { ...compose, file: at(compose.file) } }),
    ...(files && { files: files.map((one) => (one.from === undefined ? one : { ...one, from: at(one.from) })) }),
    ...(env && { env: strings(env) }),
    network: file.network ?? 'bridge',
    ready: { ...ready, timeoutMs: ready?.timeoutMs ?? 60_000 },
    stopMs: file.stopMs ?? 10_000,
  };
}

function problem(file: ContainerFile, { command }: Pick<TargetFile, 'command'>): string | undefined {
  const kinds = (['image', 'build', 'compose'] as const).filter((kind) => file[kind] !== undefined);
  if (kinds.length !== 1) return '/container needs one of image, build and compose, and only one';
  if (command !== undefined) return '/command and /container exclude each other: either starts the target';
  if (file.compose !== undefined) {
    const foreign = (['command', 'files'] as const).find((key) => file[key] !== undefined);
    if (foreign !== undefined) return `/container/${foreign} belongs into the compose file`;
    if (file.network === 'host') return '/container/network of a compose file is said there';
  }
  const unclear = file.files?.findIndex(({ from, content }) => (from === undefined) === (content === undefined)) ?? -1;
  if (unclear >= 0) return `/container/files/${unclear} needs either from or content`;
  try {
    RegExp(file.ready?.log ?? '');
  } catch {
    return '/container/ready/log is no regular expression';
  }
  return undefined;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** YAML reads 8080 and true as what they look like; environment variables are text. */
const strings = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
