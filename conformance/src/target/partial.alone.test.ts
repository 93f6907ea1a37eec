/** The reference server without some of its parts, and target files that tell the truth of it or do not. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadRows } from '../catalogue/load.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { runScenarios } from '../run/run.ts';
import { embeddedTarget } from './embedded.ts';
import { startTarget } from './process.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Verdict and first reason of each scenario about claims. */
async function judged(has: readonly string[], claims: readonly string[]): Promise<Record<string, string>> {
  const { target, dispose } = await embeddedTarget();
  closers.push(dispose);
  const file = target.command?.argv.at(-1) ?? '';
  const settings = parse(await readFile(file, 'utf8'));
  settings.domains[0].without = parts.filter((part) => !has.includes(part));
  await writeFile(file, stringify(settings));
  const running = await startTarget(target, process.env);
  closers.push(running.stop);
  const capabilities = [...target.capabilities.filter((name) => !parts.includes(name)), ...claims];
  const { scenarios, errors } = await runScenarios({
    files: ['lacking', 'unheard'].map((name) =>
      fileURLToPath(new URL(`../scenarios/claims/${name}.test.ts`, import.meta.url)),
    ),
    selection: {},
    concurrency: 1,
    harness: {
      target: { ...target, capabilities },
      runner: 'local',
      environment: surroundings(process.env),
      epoch: Date.now(),
      requirements: loadRows().map(({ slug }) => slug),
    },
    watcher: { collected: () => {}, started: () => {}, told: () => {}, finished: () => {} },
    drivers: true,
    signal: new AbortController().signal,
  });
  expect(errors).toEqual([]);
  return Object.fromEntries(
    scenarios.map(({ meta, outcome, crash }) => [
      meta.id,
      [outcome?.verdict ?? crash, ...(outcome?.reasons.map(({ text }) => text) ?? [])].slice(0, 2).join(': '),
    ]),
  );
}

/** What the server can do without. */
const parts = [
  ...['call-control', 'httpcall', 'recording', 'outbound', 'cloud-ua', 'prompts', 'tts', 'ivr-record', 'echo'],
  ...['recording-mp3', 'session-timers', 'reliable-provisional', 'monitoring', 'sip-info-dtmf', 'in-band-dtmf'],
];
const few = ['call-control', 'recording', 'tts'];
const good = {
  'claims/operations': 'pass',
  'claims/actions': 'pass',
  'claims/formats': 'pass',
  'claims/extensions': 'pass',
  'claims/recording-formats': 'pass',
  'claims/keys-in-info': 'pass',
  'claims/keys-in-band': 'pass',
  'claims/monitor': 'pass',
};
const noCalls = {
  'claims/recording-formats': 'not-applicable: The target does not claim the capability recording',
  'claims/monitor': 'not-applicable: The target does not claim the capability call-control',
};

it.each<readonly [string, readonly string[], readonly string[], Readonly<Record<string, unknown>>]>([
  ['has everything and says so', parts, parts, good],
  ['has little and says so', [], [], { ...good, ...noCalls }],
  ['has some and says so', few, few, good],
  [
    'has monitors and does not say so',
    [...few, 'monitoring'],
    few,
    { ...good, 'claims/monitor': expect.stringMatching(/^fail: INVITEs to whom .*monitorDestAddr named/) },
  ],
  [
    'has more than it says',
    parts,
    [],
    {
      'claims/operations': expect.stringMatching(/^fail: status of \w+, which the target does not claim: expected 404/),
      'claims/actions': expect.stringMatching(/^fail: final response after call/),
      'claims/formats': expect.stringMatching(/^fail: /),
      'claims/extensions': expect.stringMatching(/^fail: final response to Require: 100rel: expected 420/),
      'claims/keys-in-info': expect.stringMatching(/^fail: what ended the collecting after a key in .*dtmf-relay/),
      'claims/keys-in-band': expect.stringMatching(/^fail: what ended the collecting after a key in tones/),
      ...noCalls,
    },
  ],
  [
    'has less than it says',
    [],
    parts,
    {
      ...good,
      'claims/operations': expect.stringMatching(/^fail: status and error of \w+ with an empty object/),
      'claims/recording-formats': expect.stringMatching(/^fail: /),
      'claims/monitor': expect.stringMatching(/^fail: /),
    },
  ],
])(
  'a target that %s',
  async (_name, has, claims, wanted) => {
    expect(await judged(has, claims)).toEqual(wanted);
  },
  120_000,
);
