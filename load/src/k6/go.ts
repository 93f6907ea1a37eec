/** Finds the Go toolchain. */

import type { Place } from './cache.ts';
import { K6Error } from './errors.ts';
import type { Recipe } from './recipe.ts';
import type { Tool } from './tool.ts';

/** Where Go's installers put it; PATH comes first. */
const usual: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/local/go/bin/go', '/usr/lib/go/bin/go', '/snap/bin/go'],
  darwin: ['/usr/local/go/bin/go', '/opt/homebrew/bin/go', '/usr/local/bin/go'],
  win32: ['C:\\Program Files\\Go\\bin\\go.exe'],
};

export interface Go {
  readonly path: string;
  readonly version: string;
}

const without = 'run it with K6=path of a k6 that has k6/x/sip, or in the container of load/Dockerfile';

/** Which Go there is; undefined: none. */
export async function findGo(place: Place, run: Tool): Promise<Go | undefined> {
  for (const path of ['go', ...(usual[place.platform] ?? [])]) {
    const { code, stdout } = await run(path, ['env', 'GOVERSION'], { env: place.env });
    const version = stdout.trim();
    if (code === 0 && version !== '') return { path, version };
  }
  return undefined;
}

/**
 * A Go that compiles the recipe.
 * @throws {K6Error} when there is none, or one that is too old and may not fetch a newer one.
 */
export async function requireGo(place: Place, run: Tool, recipe: Recipe): Promise<Go> {
  const [major, minor] = recipe.go;
  const go = await findGo(place, run);
  if (go === undefined)
    throw new K6Error(
      'no-go',
      `There is no Go to build k6 with: install Go ${major}.${minor} or later, or ${without}.`,
    );
  const has = /go(\d+)\.(\d+)/.exec(go.version);
  const old = has !== null && (Number(has[1]) < major || (Number(has[1]) === major && Number(has[2]) < minor));
  if (old)
    throw new K6Error(
      'old-go',
      `Go ${go.version.slice(2)} is too old to build k6: install Go ${major}.${minor} or later, or ${without}.`,
    );
  return go;
}
