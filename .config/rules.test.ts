/** Each dependency rule can fail: a small tree that breaks it is found, and by that rule's name. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterEach, expect, it } from 'vitest';

const settings = createRequire(import.meta.url)('./dependency-cruiser.cjs') as {
  forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
  options: ICruiseOptions;
};

let tree: string | undefined;
afterEach(() => {
  if (tree !== undefined) rmSync(tree, { recursive: true, force: true });
});

async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  tree = mkdtempSync(join(tmpdir(), 'rules-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  const tops = [...new Set(Object.keys(files).map((f) => f.split('/')[0] ?? f))];
  const { output } = await cruise(tops, {
    ...settings.options,
    baseDir: tree,
    validate: true,
    ruleSet: { forbidden: settings.forbidden },
  });
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations.map((v) => v.rule.name);
}

const s = 'reference-server/src';
const leaf = 'export const x = 1;\n';
const uses = (path: string) => `import { x } from '${path}';\nexport const y = x;\n`;

it.each([
  ['1-pure', { [`${s}/session/a.ts`]: "import { createSocket } from 'node:dgram';\nexport const y = createSocket;\n" }],
  ['1-pure', { [`${s}/media/core/a.ts`]: "import fs from 'node:fs';\nexport const y = fs;\n" }],
  ['1-pure-stays-inside', { [`${s}/sdp/a.ts`]: uses('../config/b.ts'), [`${s}/config/b.ts`]: leaf }],
  ['2-message-knows-nobody', { [`${s}/sip/message/a.ts`]: uses('../dialog/b.ts'), [`${s}/sip/dialog/b.ts`]: leaf }],
  [
    '2-transaction-knows-message',
    { [`${s}/sip/transaction/a.ts`]: uses('../dialog/b.ts'), [`${s}/sip/dialog/b.ts`]: leaf },
  ],
  ['2-dialog-knows-transaction', { [`${s}/sip/dialog/a.ts`]: uses('../endpoint.ts'), [`${s}/sip/endpoint.ts`]: leaf }],
  [
    '2-endpoint-not-drachtio',
    { [`${s}/sip/endpoint.ts`]: uses('../drachtio/frame.ts'), [`${s}/drachtio/frame.ts`]: leaf },
  ],
  ['2-sip-and-media-apart', { [`${s}/sip/transport/a.ts`]: uses('../../media/b.ts'), [`${s}/media/b.ts`]: leaf }],
  ['2-media-and-sip-apart', { [`${s}/media/a.ts`]: uses('../sip/message/b.ts'), [`${s}/sip/message/b.ts`]: leaf }],
  ['3-session-knows-no-adapter', { [`${s}/session/a.ts`]: uses('../signalling/b.ts'), [`${s}/signalling/b.ts`]: leaf }],
  ['3-only-main-wires', { [`${s}/api/a.ts`]: uses('../main.ts'), [`${s}/main.ts`]: leaf }],
  [
    '4-suite-never-imports-server',
    { 'conformance/src/a.ts': uses('../../reference-server/src/b.ts'), [`${s}/b.ts`]: leaf },
  ],
  ['4-server-not-on-the-probe-s-libraries', { [`${s}/media/a.ts`]: uses('rtp.js') }],
  ['4-server-not-on-the-probe-s-libraries', { [`${s}/media/core/a.test.ts`]: uses('alawmulaw') }],
  [
    '4-spec-and-fixtures-stand-alone',
    { 'spec/src/a.ts': uses('../../conformance/src/b.ts'), 'conformance/src/b.ts': leaf },
  ],
  [
    '5-no-cycles',
    {
      [`${s}/api/a.ts`]: "import type { B } from './b.ts';\nexport type A = B;\n",
      [`${s}/api/b.ts`]: "import type { A } from './a.ts';\nexport type B = A | 1;\n",
    },
  ],
])('%s is found when it is broken', async (rule, files) => {
  expect(await broken(files)).toContain(rule);
});

/** The names of Biome's rules that a file of this text breaks at this place. */
function linted(path: string, text: string): string[] {
  tree = mkdtempSync(join(tmpdir(), 'rules-'));
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
  for (const file of ['biome.json', 'pure.grit']) cpSync(join(import.meta.dirname, file), join(tree, file));
  const settings = ['--config-path=.', '--vcs-enabled=false', '--reporter=json'];
  const { stdout } = spawnSync('biome', ['lint', ...settings, path], { cwd: tree, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly { readonly category: string }[] };
  return diagnostics.map((d) => d.category);
}

const globals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'process', 'console'],
  ...['globalThis', 'fetch', 'crypto'],
].map((name): [string, string] => [name, 'lint/style/noRestrictedGlobals']);

it.each([
  ...globals,
  ['Date.now()', 'plugin'],
  ['new Date()', 'plugin'],
  ['Math.random()', 'plugin'],
])('%s is found in a pure module, and only there', (expression, rule) => {
  const text = `export const x = ${expression};\n`;
  for (const folder of ['sip/transaction', 'sip/endpoint', 'sdp', 'media/core', 'session/ivr']) {
    expect(linted(`${s}/${folder}/a.ts`, text), folder).toEqual([rule]);
    rmSync(tree ?? '', { recursive: true });
  }
  expect(linted(`${s}/api/a.ts`, text)).toEqual([]);
});

it('randomness is not imported into a pure module, a digest may be', () => {
  const text = (name: string) => `import { ${name} } from 'node:crypto';\nexport const y = ${name};\n`;
  expect(linted(`${s}/session/a.ts`, text('randomUUID'))).toEqual(['lint/style/noRestrictedImports']);
  rmSync(tree ?? '', { recursive: true });
  expect(linted(`${s}/session/a.ts`, text('createHash'))).toEqual([]);
});

it.each([
  [`${s}/api/a.ts`, ['lint/style/noProcessEnv']],
  ['conformance/src/drivers/a.ts', ['lint/style/noProcessEnv']],
  [`${s}/config/load.ts`, []],
  ['conformance/src/cli/io.ts', []],
])('process.env in %s: %j', (path, found) => {
  expect(linted(path, 'export const x = process.env.HOME;\n')).toEqual(found);
});

it('a tree that keeps the rules has no violation', async () => {
  expect(await broken({ [`${s}/session/a.ts`]: uses('./b.ts'), [`${s}/session/b.ts`]: leaf })).toEqual([]);
});
