/**
 * Secrets that the server makes for itself on its first start, kept in the data directory with mode 0600: the key that
 * signs replyIds (D-REPLY) and an HS256 secret for each domain whose settings name no other way of D-AUTH.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from './types.ts';

export interface Secrets {
  readonly reply: string;
  readonly domains: Readonly<Record<string, string>>;
}

export interface SecretResult {
  readonly secrets: Secrets;
  /** Domains whose secret was made just now: the only time that it is printed. */
  readonly created: readonly string[];
  readonly file: string;
}

const fresh = (): string => randomBytes(32).toString('base64url');

/** @throws ConfigError when the directory cannot be used or the file is damaged. */
export async function ensureSecrets(directory: string, domains: readonly string[]): Promise<SecretResult> {
  const file = join(directory, 'secrets.json');
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const known = await readSecrets(file);
    const created = domains.filter((name) => known?.domains[name] === undefined);
    if (known !== undefined && created.length === 0) {
      if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
      return { secrets: known, created, file };
    }
    const secrets: Secrets = {
      reply: known?.reply ?? fresh(),
      domains: { ...known?.domains, ...Object.fromEntries(created.map((name) => [name, fresh()])) },
    };
    await writeAside(file, JSON.stringify(secrets, null, 2) + '\n');
    return { secrets, created, file };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw problem(directory, `the data directory cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}

/** Undefined when there is no such file yet. */
async function readSecrets(file: string): Promise<Secrets | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = parse(text);
  if (!isSecrets(value)) throw problem(file, 'is damaged; remove it to have new secrets made');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSecrets(value: unknown): value is Secrets {
  if (typeof value !== 'object' || value === null || !('reply' in value) || !('domains' in value)) return false;
  const { reply, domains } = value;
  if (typeof reply !== 'string' || reply.length < 32 || typeof domains !== 'object' || domains === null) return false;
  return Object.values(domains).every((secret) => typeof secret === 'string' && secret.length >= 32);
}

/** Whole or not at all, and readable by nobody else from the first byte on. */
async function writeAside(file: string, text: string): Promise<void> {
  const aside = join(dirname(file), `.secrets-${randomBytes(6).toString('hex')}`);
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
}

const problem = (source: string, what: string): ConfigError =>
  new ConfigError([{ source, pointer: '', message: `${source}: ${what}` }]);
