/** Compiles k6 with an extension and puts the binary where the next run finds it. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder, type Place } from './cache.ts';
import { K6Error } from './errors.ts';
import type { Go } from './go.ts';
import type { Recipe } from './recipe.ts';
import type { Tool } from './tool.ts';

export interface BuildParts {
  readonly place: Place;
  readonly go: Go;
  readonly run: Tool;
  readonly signal?: AbortSignal;
  /** A line about what goes on. */
  say(line: string): void;
}

const elsewhere = 'take EXTENSION=own, or K6=path of a k6 that has it';

/** Turns what Go says into a sentence. */
export function explain(output: string, recipe: Recipe): K6Error {
  const line = output.split('\n').find((text) => /403|404|410|not available/i.test(text)) ?? '';
  const module = /(?:^|\s)((?:[\w.-]+\.[a-z]+)\/[\w./-]+)@(v[\w.+-]+)/i.exec(line);
  const refused = /(?:403 Forbidden|404 Not Found|410 Gone|not available)/.exec(line)?.[0];
  if (module !== null && refused !== undefined)
    return new K6Error(
      'not-to-be-had',
      `The Go module proxy does not give ${module[1]} ${module[2]} (${refused}), so k6 with ${recipe.label} cannot be built here: ${
        recipe.extension === 'own' ? 'set GOPROXY to one that has it, or K6=path of a k6 with k6/x/sip' : elsewhere
      }.`,
      output,
    );
  if (/dial tcp|no such host|i\/o timeout|network is unreachable|connection refused|TLS handshake/.test(output))
    return new K6Error(
      'offline',
      'The Go module proxy cannot be reached: set GOPROXY to one that can be, or K6=path of a k6 that has k6/x/sip.',
      output,
    );
  const last = output.trim().split('\n').slice(-12).join('\n');
  return new K6Error('build', `k6 ${recipe.k6} with ${recipe.label} could not be built:\n${last}`, output);
}

/**
 * Builds the recipe into `path`. The file is there whole or not at all, however many build it at once.
 * @throws {K6Error}
 */
export async function build(recipe: Recipe, path: string, { place, go, run, signal, say }: BuildParts): Promise<void> {
  await makeFolder(dirname(path));
  const work = await mkdtemp(join(tmpdir(), 'mediaservice-load-k6-'));
  const part = `${path}.${process.pid}.part`;
  try {
    const cwd = recipe.directory ?? work;
    for (const [name, text] of Object.entries(recipe.files ?? {})) await writeFile(join(work, name), text);
    // What GOFLAGS of the user says about modules and checkouts must not change what is built.
    const env = { ...place.env, GOWORK: 'off', GOFLAGS: '' };
    const done = progress(say);
    const step = async (...args: readonly string[]): Promise<void> => {
      const ended = await run(go.path, args, { cwd, env, onLine: done.line, ...(signal !== undefined && { signal }) });
      if (ended.code !== 0) throw explain(ended.stderr, recipe);
    };
    say(`building k6 ${recipe.k6} with ${recipe.label} (${go.version}; once, some minutes on a small machine) …`);
    try {
      if (recipe.files !== undefined) await step('mod', 'tidy');
      await step('mod', 'download');
      done.stage('compiling');
      await step('build', '-v', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', part, recipe.package);
    } finally {
      done.end();
    }
    await rename(part, path);
    say(`built in ${done.seconds()} s: ${path}`);
  } finally {
    await rm(part, { force: true });
    await rm(work, { recursive: true, force: true });
  }
}

const everyMs = 5000;

/** Says every few seconds how far it is: modules while they come, packages while they are compiled. */
function progress(say: (line: string) => void): {
  line(text: string): void;
  stage(name: string): void;
  seconds(): number;
  end(): void;
} {
  const began = performance.now();
  let name = 'fetching modules';
  let count = 0;
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  const timer = setInterval(() => say(`  ${name}: ${count}, ${seconds()} s`), everyMs);
  timer.unref();
  return {
    line: (text) => {
      if (text.trim() !== '') count++;
    },
    stage: (next) => {
      name = next;
      count = 0;
    },
    seconds,
    end: () => clearInterval(timer),
  };
}
