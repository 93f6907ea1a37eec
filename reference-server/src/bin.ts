#!/usr/bin/env node
/** Starts the server: command line, signals, exit codes. 0 all well, 1 a fault of ours, 2 settings, a port in use or no SIP server. */
import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { mintToken } from './api/token.ts';
import { demoCallbackUrl, demoDomain } from './config/demo.ts';
import { checkSettings, type Loaded, type LoadOptions, loadConfig } from './config/load.ts';
import { type Actions, createProgram } from './config/options.ts';
import { type Config, ConfigError } from './config/types.ts';
import { startDemoApplication, storeDemoPrompts } from './demo/application.ts';
import { keepYoungGeneration } from './heap.ts';
import { createServer, type Server } from './main.ts';
import { banner } from './observability/banner.ts';
import { createLog, type Log } from './observability/log.ts';
import { productionParts } from './parts.ts';
import { ConnectError } from './signalling/index.ts';
import { ListenError } from './sip/transport/listen-error.ts';

const packageFile = new URL('../package.json', import.meta.url);
const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { readonly version: string };

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Resolves with the first signal; a later one runs `again`. */
function firstSignal(again: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seen = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (seen) again();
        seen = true;
        resolve(signal);
      });
    }
  });
}

/** Without settings and without an application of the user's own, the demo domain gets ours. */
async function withDemo(options: LoadOptions): Promise<LoadOptions> {
  const { domains } = await checkSettings(options);
  const alone = domains.some(({ name, callbacks }) => name === demoDomain && callbacks.baseUrl === demoCallbackUrl);
  if (!alone || options.demoCallbackUrl !== undefined) return options;
  const { url } = await startDemoApplication();
  return { ...options, demoCallbackUrl: url };
}

async function serve(given: LoadOptions): Promise<void> {
  keepYoungGeneration();
  const options = await withDemo(given);
  const loaded = await loadConfig(options);
  const { config } = loaded;
  const log = createLog(config.log.level);
  const fatal = (error: unknown): void => {
    log.error({ err: error }, 'an error that nobody caught ends the server');
    log.flush();
    process.exit(1);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);

  let again = (): void => process.exit(1);
  const signalled = firstSignal(() => again());
  const server = await createServer(config, { log: () => log });
  if (config.domains.some(({ name }) => name === demoDomain)) {
    await storeDemoPrompts(await productionParts.prompts(config, log), demoDomain);
  }
  const demoUrl = given.demoCallbackUrl === undefined ? options.demoCallbackUrl : undefined;
  process.stderr.write(banner(facts(loaded, server, demoUrl)));
  log.info({ version, ...server.addresses }, 'ready');
  process.exitCode = await stop(server, config, log, signalled, (now) => {
    again = now;
  });
  log.flush();
  // Nothing may keep the process now: everything is closed.
  process.exit();
}

/** The first signal lets calls end, a second one does not wait for them. */
async function stop(
  server: Server,
  config: Config,
  log: Log,
  signalled: Promise<NodeJS.Signals>,
  onSecond: (run: () => void) => void,
): Promise<number> {
  const signal = await signalled;
  log.info({ signal, sessions: server.stats().sessions, drainSeconds: config.drainSeconds }, 'no new calls');
  const impatient = new Promise<number>((resolve) => onSecond(() => resolve(server.stats().sessions)));
  const left = await Promise.race([server.drain(config.drainSeconds), impatient]);
  if (left > 0) log.warn({ sessions: left }, 'calls are cut off');
  await server.close();
  log.info({ signal }, 'stopped');
  return 0;
}

/** @param demoUrl Where our own demo application answers, if it does. */
function facts({ config, secrets }: Loaded, server: Server, demoUrl: string | undefined): Parameters<typeof banner>[0] {
  const { http, sip, drachtio } = server.addresses;
  const remote = config.drachtio.servers.length > 0;
  const at = (address: { host: string; port: number }): string =>
    `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  return {
    version,
    seconds: process.uptime(),
    http: `http://${at(http)}`,
    sip: remote ? ['as the drachtio-servers listen'] : sip.map((listener) => `${listener.protocol}:${at(listener)}`),
    drachtio: remote ? drachtio.map(at).join('  ') : `embedded engine at ${drachtio.map(at).join()}`,
    media: `${config.media.address} ports ${config.media.firstPort}–${config.media.lastPort}`,
    data: config.storage.directory,
    domains: config.domains.map(({ name, callbacks: { baseUrl } }) => ({
      name,
      callbacks: baseUrl === demoUrl ? 'built-in demo application; --callback URL names yours' : baseUrl,
    })),
    created: secrets.created.map((name) => ({ name, secret: secrets.secrets.domains[name] ?? '' })),
    secretsFile: secrets.file,
  };
}

const actions: Actions = {
  serve,
  async check(options) {
    const { domains } = await checkSettings(options);
    print(`settings are valid: ${domains.map(({ name }) => name).join(', ')}`);
  },
  async printConfig(options) {
    const hide = (key: string, value: unknown): unknown => (/(secret|password)$/i.test(key) ? '[hidden]' : value);
    print(JSON.stringify(await checkSettings(options), hide, 2));
  },
  async token(options, { domain, hours }) {
    const { config, secrets } = await loadConfig(options);
    if (secrets.created.length > 0) process.stderr.write(`new secrets are in ${secrets.file}\n`);
    print(await mintToken(config, domain, hours * 3_600, new Date()));
  },
};

try {
  await createProgram(version, actions).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ConfigError || error instanceof ListenError || error instanceof ConnectError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`The server could not start: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
