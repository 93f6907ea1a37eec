/** The k6 of a run: the one that K6 names, the one that was built before, or one that is built now. */
import { join } from 'node:path';
import type { K6 } from '../run/types.ts';
import { build } from './build.ts';
import { binaryPath, kept, type Place, prune } from './cache.ts';
import { K6Error } from './errors.ts';
import { requireGo } from './go.ts';
import { type Extension, ownRecipe, type Recipe, xk6SipRecipe } from './recipe.ts';
import { type Tool, tool } from './tool.ts';

export interface K6Wish {
  /** A k6 that is there; it is taken as it is. */
  readonly path?: string;
  readonly extension: Extension;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  say(line: string): void;
}

export interface K6Parts {
  readonly run: Tool;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The Go module of this kit. */
  readonly own: string;
}

const parts: K6Parts = {
  run: tool,
  platform: process.platform,
  arch: process.arch,
  own: join(import.meta.dirname, '..', '..', 'sip'),
};

/**
 * A k6 with `k6/x/sip`.
 * @throws {K6Error} with a sentence: no Go, an old one, a module that is not to be had, a K6 that is none.
 */
export async function findK6(wish: K6Wish, { run, platform, arch, own }: K6Parts = parts): Promise<K6> {
  if (wish.path !== undefined && wish.path !== '') return inspect(wish.path, run, wish.env, 'given');
  const recipe = wish.extension === 'own' ? await ownRecipe(own) : xk6SipRecipe();
  const place: Place = { platform, arch, env: wish.env };
  const path = binaryPath(place, recipe.key);
  if (!(await kept(path))) {
    const go = await requireGo(place, run, recipe);
    await build(recipe, path, {
      place,
      go,
      run,
      say: wish.say,
      ...(wish.signal !== undefined && { signal: wish.signal }),
    });
    await prune(place);
  }
  return inspect(path, run, wish.env, recipe);
}

/** Asks a k6 what it is. */
async function inspect(path: string, run: Tool, env: K6Wish['env'], from: Recipe | 'given'): Promise<K6> {
  const { code, stdout, stderr } = await run(path, ['version'], { env });
  const where = from === 'given' ? `K6=${path}` : path;
  const version = /\bv(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  if (code === null) throw new K6Error('not-k6', `${where} cannot be started: ${stderr}.`);
  if (code !== 0 || version === undefined)
    throw new K6Error('not-k6', `${where} is no k6: it does not answer "version" as k6 does.`, stdout + stderr);
  const line = stdout.split('\n').find((text) => text.includes('k6/x/sip'));
  if (line === undefined)
    throw new K6Error(
      'no-module',
      `${where} is k6 ${version} without k6/x/sip: leave K6 out to have one built, or build it with xk6.`,
      stdout,
    );
  return { path, version: `v${version}`, extension: from === 'given' ? labelOf(line) : from.label };
}

/** `  github.com/…/xk6-sip v0.4.0, k6/x/sip [js]` → `xk6-sip v0.4.0`. */
export function labelOf(line: string): string {
  const [module = '', version = ''] = (line.trim().split(',')[0] ?? '').trim().split(/\s+/);
  const name = module.split('/').at(-1) ?? module;
  return name === 'sip' ? 'own' : `${name} ${version}`.trim();
}
