#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { ListenError } from './sip/transport/listen-error.ts';
import { type Invocation, readArguments, UsageError, usage } from './sip-engine/arguments.ts';
import { startSipEngine } from './sip-engine/engine.ts';

function version(): string {
  const text: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof text === 'object' && text !== null && 'version' in text ? String(text.version) : 'unknown';
}

/** One line of JSON on standard error for each thing that is worth knowing. */
function say(quiet: boolean) {
  const write = (level: string) => (fields: object, message: string) => {
    if (!quiet)
      process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`);
  };
  return { info: write('info'), warn: write('warn') };
}

async function run(invocation: Extract<Invocation, { type: 'run' }>): Promise<void> {
  const log = say(invocation.quiet);
  const engine = await startSipEngine({ ...invocation.options, log });
  for (const { protocol, address, port } of engine.sipAddresses) {
    process.stdout.write(`SIP ${protocol} ${address}:${port}\n`);
  }
  process.stdout.write(`applications ${engine.appAddress.host}:${engine.appAddress.port}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(0);
    stopping = true;
    log.info(engine.stats(), 'stopping after the last call');
    void engine
      .drain()
      .then(() => engine.close())
      .then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  const invocation = readArguments(process.argv.slice(2));
  if (invocation.type === 'help') process.stdout.write(usage);
  else if (invocation.type === 'version') process.stdout.write(`${version()}\n`);
  else await run(invocation);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ListenError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
