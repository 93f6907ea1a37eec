import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beside } from '../beside.ts';
import { bodyOf, isObject, listen, parseJson, shut } from '../drivers/http.ts';
import { SuiteFault } from '../drivers/suite-fault.ts';
import type { State } from './types.ts';
import type { Order, Told } from './verifier-process.ts';

/** What a state tells the interaction, by the names in its expressions. */
export type StateValues = Readonly<Record<string, unknown>>;

/** Brings a provider into a state and out of it again. */
export interface StateHandler {
  setup(state: State): Promise<StateValues>;
  teardown(state: State): Promise<void>;
}

export interface Verification {
  /** Text of a pact file. */
  readonly pact: string;
  /** Where the provider is; paths of the pact are below it. */
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly states: StateHandler;
}

/** One sentence for each thing that did not match; none: the pact is satisfied. */
export type Mismatches = readonly string[];

/** Pact's verifier, in a process that all who use it at the same time share; it ends with the last of them. */
interface Running {
  readonly child: ChildProcess;
  readonly folder: string;
}

/** A state may need calls that ring, are answered and talk. */
const stateLimitMs = 30_000;

let shared: { readonly running: Promise<Running>; users: number } | undefined;
let orders = 0;

/**
 * Replays the interactions of a pact with a provider.
 * @throws what the state handler threw, or SuiteFault when the verifier itself broke.
 */
export async function verifyPact(what: Verification): Promise<Mismatches> {
  shared ??= { running: start(), users: 0 };
  const mine = shared;
  mine.users += 1;
  orders += 1;
  const id = orders;
  const headers = Object.entries(what.headers ?? {});
  const states = await serveStates(what.states);
  try {
    const verifier = await mine.running;
    const file = join(verifier.folder, `${id}.json`);
    await writeFile(file, what.pact);
    const told = await ask(verifier.child, {
      id,
      options: {
        providerBaseUrl: what.baseUrl,
        pactUrls: [file],
        providerStatesSetupUrl: states.url,
        providerStatesSetupTeardown: true,
        ...(headers.length > 0 && { customProviderHeaders: Object.fromEntries(headers) }),
        timeout: stateLimitMs,
        logLevel: 'error',
      },
    });
    states.rethrow();
    return mismatchesOf(told);
  } finally {
    await shut(states.server);
    mine.users -= 1;
    if (mine.users === 0) {
      if (shared === mine) shared = undefined;
      await end(await mine.running);
    }
  }
}

async function start(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaservice-verify-'));
  const child = fork(fileURLToPath(beside('verifier-process', import.meta.url)), [folder], {
    // Its own words are the same as what it tells, in colours.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    env: { PACT_DO_NOT_TRACK: 'true' },
  });
  return { child, folder };
}

/** It takes its folder along. */
async function end({ child }: Running): Promise<void> {
  const over = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  if (child.connected) child.disconnect();
  await over;
}

function ask(child: ChildProcess, order: Order): Promise<Told> {
  return new Promise((resolve, reject) => {
    const heard = (told: Told): void => {
      if (told.id !== order.id) return;
      over();
      resolve(told);
    };
    const broke = (): void => {
      over();
      reject(new SuiteFault("Pact's verifier ended by itself; is its library there for this platform?"));
    };
    const over = (): void => {
      child.off('message', heard);
      child.off('exit', broke);
    };
    child.on('message', heard);
    child.on('exit', broke);
    if (child.connected) child.send(order);
    else broke();
  });
}

/** The verifier asks for states over HTTP, and reads their values in the answer. */
async function serveStates(
  handler: StateHandler,
): Promise<{ readonly url: string; readonly server: Server; rethrow(): void }> {
  let failure: unknown;
  const server = createServer(async (request, response) => {
    try {
      const asked = parseJson(String((await bodyOf(request)) ?? ''));
      const values = isObject(asked) ? await change(handler, asked) : {};
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(values));
    } catch (error) {
      failure ??= error;
      // The verifier would ask again and again for a state that it was refused.
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }
  });
  const { port } = await listen(server, '127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${port}/`,
    server,
    rethrow: () => {
      if (failure !== undefined) throw failure;
    },
  };
}

async function change(handler: StateHandler, asked: Readonly<Record<string, unknown>>): Promise<StateValues> {
  const { action, state, params } = asked;
  const texts = isObject(params) ? Object.entries(params).map(([name, value]) => [name, String(value)]) : [];
  const named: State = { name: String(state ?? ''), params: Object.fromEntries(texts) };
  if (named.name === '') return {};
  if (action === 'teardown') {
    await handler.teardown(named);
    return {};
  }
  return handler.setup(named);
}

function mismatchesOf({ ok, found }: Told): Mismatches {
  if (ok) return [];
  const result = parseJson(found);
  const errors: readonly unknown[] = isObject(result) && Array.isArray(result.errors) ? result.errors : [];
  const texts = errors.flatMap((error) => (isObject(error) ? sentences(error.mismatch) : []));
  if (texts.length === 0) throw new SuiteFault(`Pact's verifier broke: ${found.slice(0, 500)}`);
  return texts;
}

function sentences(mismatch: unknown): readonly string[] {
  if (!isObject(mismatch)) return [];
  if (typeof mismatch.message === 'string') return [mismatch.message];
  const all: readonly unknown[] = Array.isArray(mismatch.mismatches) ? mismatch.mismatches : [];
  return all.map((one) => {
    if (!isObject(one)) return String(one);
    const where = [one.path, one.key].find((place) => typeof place === 'string' && place !== '');
    return `${where === undefined ? '' : `${String(where)}: `}${String(one.mismatch ?? JSON.stringify(one))}`;
  });
}
