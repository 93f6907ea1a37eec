/** `make bench`: what calls cost here and elsewhere. Exit codes: 0 it ran, 2 settings, 4 it could not be run to its end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, type as systemName } from 'node:os';
import { join, resolve } from 'node:path';
import { page } from './html.ts';
import { judge, summarize } from './judge.ts';
import { type Options, readOptions, UsageError, usage } from './options.ts';
import { ivrPart } from './parts/ivr.ts';
import { mediaPart } from './parts/media.ts';
import { relayPart } from './parts/relay.ts';
import { sipPart } from './parts/sip.ts';
import { NotHere, program } from './programs.ts';
import type { Report, Results } from './report.ts';
import { alone, farPort, type Setting } from './setting.ts';
import { render } from './text.ts';

/** Before the figures of a turn are taken. */
const WARM_UP_MS = 500;
/** Shortest time between two sends: about what a network card makes of its interrupts. */
const QUANTUM_US = 100;

async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (typeof options === 'number') return options;
  if (process.platform !== 'linux') {
    process.stderr.write('bench: it needs Linux: CPU time is read from /proc, packets are sent by sendmmsg\n');
    return 2;
  }
  const started = new Date().toISOString();
  const results = await measure(options);
  const [first] = cpus();
  const report: Report = {
    formatVersion: 1,
    started,
    machine: {
      ...{ cpus: cpus().length, model: first?.model ?? 'unknown', node: process.version },
      kernel: `${systemName()} ${release()}`,
    },
    options,
    ...results,
    goals: judge(results),
    summary: summarize(results),
  };
  mkdirSync(options.report, { recursive: true });
  writeFileSync(join(options.report, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(options.report, 'report.html'), page(report));
  process.stdout.write(`\n${render(report)}\n`);
  return 0;
}

function read(args: readonly string[]): Options | number {
  try {
    const options = readOptions(args);
    if (options !== undefined) return options;
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
    return 2;
  }
}

async function measure(options: Options): Promise<Results> {
  const cache = resolve(import.meta.dirname, '..', '..', '.cache', 'bench');
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const skipped: Setting['skipped'] = [];
  await alone(say);
  const needsLoad = options.only.some((part) => part === 'relay' || part === 'media');
  const setting: Setting = {
    ...{ options, cache, say, skipped },
    load: {
      program: needsLoad ? await program('load', cache) : '',
      port: await farPort(),
      warmupMs: WARM_UP_MS,
      measureMs: options.seconds * 1000,
      quantumUs: QUANTUM_US,
    },
  };
  const wanted = (part: Options['only'][number]): boolean => options.only.includes(part);
  return {
    relay: wanted('relay') ? await relayPart(setting) : [],
    media: wanted('media') ? await mediaPart(setting) : [],
    sip: wanted('sip') ? await sipPart(setting) : [],
    ...(wanted('ivr') ? await ivrPart(setting) : { ivr: [] }),
    skipped,
  };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text =
    error instanceof NotHere ? error.message : error instanceof Error ? (error.stack ?? error.message) : error;
  process.stderr.write(`bench: ${String(text)}\n`);
  process.exit(error instanceof NotHere ? 2 : 4);
}
