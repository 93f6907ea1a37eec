import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { callbackNames, isCallbackName } from '@mediaservice/spec';
import { type Command, InvalidArgumentError } from 'commander';
import { plan } from '../contracts/application/plan.ts';
import { replay } from '../contracts/application/replay.ts';
import { isRight, json, junitOf, text } from '../contracts/application/tell.ts';
import { callbackContract, PactFile } from '../contracts/committed.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import type { Io } from './io.ts';
import { nearest } from './nearest.ts';
import { SettingsError } from './settings-error.ts';
import { NAME } from './version.ts';
import { WordsOption } from './words-option.ts';

/** Options of `verify-app` after parsing. */
export interface VerifyAppOptions {
  /** Callback base URL of the application. */
  readonly url: string;
  /** Names with commas between. */
  readonly callbacks?: string;
  readonly alarmUrl?: string;
  readonly contract?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
  /** File to write. */
  readonly junit?: string;
}

const defaultTimeout = 5;

export function addVerifyApp(
  root: Command,
  verify: (options: VerifyAppOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('verify-app')
    .description(
      "replay the callback contract with an application's handlers: what a service would reject, and what would come of it",
    )
    .requiredOption('--url <url>', 'callback base URL of the application; newCall goes to {url}/newCall')
    .addOption(
      new WordsOption(
        '--callbacks <names>',
        'only these callbacks, those that the application serves (commas between)',
        () => callbackNames,
      ),
    )
    .option('--alarm-url <url>', 'where alarms go; without it {url}/alarm')
    .option('--contract <file>', 'pact file to replay; without it that of the reference server')
    .option('--timeout <seconds>', 'how long an answer may take', seconds, defaultTimeout)
    .option('--json', 'the result as JSON')
    .option('--junit <file>', 'also write the result as JUnit XML')
    .addHelpText(
      'after',
      `\nAn application without Cloud UA:\n  $ ${NAME} verify-app --url http://127.0.0.1:3000/callbacks --callbacks newCall,getIvrCommand,callEvent,callAnswered,sessionCompleted\n` +
        '\nExit codes: 0 every answer would be taken, 1 one would not, 2 settings or nobody there, 3 stopped.\n',
    )
    .action(async (options: VerifyAppOptions) => done(await verify(options)));
}

function seconds(given: string): number {
  const value = Number(given);
  if (given.trim() === '' || !(value > 0) || value > 600)
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

/**
 * Replays the contract of the callbacks with an application.
 * @throws {SettingsError} when an option is wrong or nobody listens at the URL.
 */
export async function verifyApp(options: VerifyAppOptions, io: Io): Promise<ExitCode> {
  const base = urlOf(options.url, '--url');
  const alarm = options.alarmUrl === undefined ? undefined : urlOf(options.alarmUrl, '--alarm-url');
  const steps = plan(await contractOf(options.contract), namesOf(options.callbacks));
  if (steps.length === 0) throw new SettingsError('bad-selection', 'The contract has none of these callbacks.');
  for (const url of new Set([base, ...(alarm === undefined ? [] : [alarm])])) await reachable(url);
  const stop = new AbortController();
  const off = io.onInterrupt(() => (stop.signal.aborted ? io.exit(EXIT.incomplete) : stop.abort()));
  const below = base.href.replace(/\/$/, '');
  try {
    const tried = await replay(steps, {
      urlOf: (name) => (name === 'alarm' && alarm !== undefined ? alarm.href : `${below}/${name}`),
      limitMs: options.timeout * 1000,
      signal: stop.signal,
    });
    if (stop.signal.aborted) {
      io.err('stopped before every callback was asked\n');
      return EXIT.incomplete;
    }
    io.out(options.json === true ? json(base.href, tried) : text(base.href, tried, io.paint));
    if (options.junit !== undefined) await save(options.junit, junitOf(tried));
    return isRight(tried) ? EXIT.conformant : EXIT.notConformant;
  } finally {
    off();
  }
}

function urlOf(given: string, option: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new SettingsError('bad-option', `${option} ${given} is no http or https URL.`);
  return url;
}

function namesOf(given: string | undefined): ReadonlySet<string> | undefined {
  if (given === undefined) return undefined;
  const names = given.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const unknown = names.filter((name) => !isCallbackName(name));
  if (unknown.length === 0 && names.length > 0) return new Set(names);
  const meant = unknown.flatMap((name) => nearest(name, [...callbackNames]) ?? []);
  const hint = meant.length > 0 ? ` Was ${meant.join(', ')} meant?` : '';
  throw new SettingsError(
    'bad-selection',
    `There is no callback ${unknown.join(', ')}; the callbacks are ${callbackNames.join(', ')}.${hint}`,
  );
}

async function contractOf(file: string | undefined): Promise<PactFile> {
  if (file === undefined) return callbackContract();
  try {
    return new PactFile(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new SettingsError('bad-option', `--contract ${file} cannot be read: ${wordsOf(cause)}`, { cause });
  }
}

/** Who listens there, if anybody; an application that is not started is no wrong answer. */
async function reachable(url: URL): Promise<void> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('error', reject);
  socket.setTimeout(5000, () => reject(new Error('no connection within 5 s')));
  try {
    await promise;
  } catch (cause) {
    throw new SettingsError(
      'no-application',
      `Nobody answers at ${url.href} (${wordsOf(cause)}); start the application, or correct the URL.`,
      { cause },
    );
  } finally {
    socket.destroy();
  }
}

async function save(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((cause: unknown) => {
    throw new SettingsError('cannot-write', `${file} cannot be written: ${wordsOf(cause)}`, { cause });
  });
}

function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
