/** The command line. Every option is a setting of the file under another name. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { LoadOptions } from './load.ts';

interface GivenOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number | string;
  readonly sip?: readonly object[];
  readonly mediaAddress?: string;
  readonly data?: string;
  readonly callback?: string;
  readonly logLevel?: string;
}

export interface Actions {
  serve(options: LoadOptions): Promise<void>;
  check(options: LoadOptions): Promise<void>;
  printConfig(options: LoadOptions): Promise<void>;
  token(options: LoadOptions, wanted: { readonly domain?: string; readonly hours: number }): Promise<void>;
}

export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('mediaservice-reference-server')
    .description(
      'Reference implementation of the Mediaservice API. Without a settings file it serves a demo domain on loopback.',
    )
    .version(version)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nThe options of all commands are those of "serve --help"; serve is what happens without a command.',
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

  settings(program.command('serve', { isDefault: true }))
    .description('run the server')
    .action((given: GivenOptions) => actions.serve(loadOptions(given)));
  settings(program.command('check'))
    .description('check the settings and tell every fault in them')
    .action((given: GivenOptions) => actions.check(loadOptions(given)));
  settings(program.command('print-config'))
    .description('print the settings as they take effect, without secrets')
    .action((given: GivenOptions) => actions.printConfig(loadOptions(given)));
  settings(program.command('token'))
    .description('print a bearer token for the REST API of a domain with a shared secret')
    .option('--domain <name>', 'the domain, by default the first')
    .option('--hours <number>', 'how long it is good', positive, 24)
    .action((given: GivenOptions & { readonly domain?: string; readonly hours: number }) =>
      actions.token(loadOptions(given), {
        hours: given.hours,
        ...(given.domain === undefined ? {} : { domain: given.domain }),
      }),
    );
  return program;
}

function settings(command: Command): Command {
  return command
    .option('-c, --config <file>', 'settings in YAML; mediaservice.yaml of the package explains them')
    .option('--host <address>', 'address of the REST API (http.host)')
    .option('-p, --port <number>', 'port of the REST API (http.port)', number)
    .option('--sip <protocol:host:port>', 'SIP listener, repeatable (sip.listeners)', listener)
    .option('--media-address <ip>', 'address of RTP (media.address)')
    .option('--data <directory>', 'prompts, recordings and secrets (storage.directory)')
    .option('--callback <url>', "base URL of the demo domain's application")
    .option('--log-level <level>', 'silent, error, warn, info or debug (log.level)');
}

function loadOptions(given: GivenOptions): LoadOptions {
  const overrides = [
    { option: '--host', path: ['http', 'host'], value: given.host },
    { option: '--port', path: ['http', 'port'], value: given.port },
    { option: '--sip', path: ['sip', 'listeners'], value: given.sip },
    { option: '--media-address', path: ['media', 'address'], value: given.mediaAddress },
    {
      option: '--data',
      path: ['storage', 'directory'],
      value: given.data === undefined ? undefined : resolve(given.data),
    },
    { option: '--log-level', path: ['log', 'level'], value: given.logLevel },
  ].filter(({ value }) => value !== undefined);
  return {
    overrides,
    ...(given.config === undefined ? {} : { file: given.config }),
    ...(given.callback === undefined ? {} : { demoCallbackUrl: given.callback }),
  };
}

function listener(text: string, previous: readonly object[] = []): object[] {
  const found = /^(udp|tcp):(.+):(\d+)$/.exec(text);
  if (found === null) throw new InvalidArgumentError('It is written like udp:127.0.0.1:5060.');
  const [, protocol, host = '', port] = found;
  return [...previous, { protocol, host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }];
}

/** What is no number is left to the validation of the settings, which says so better. */
const number = (text: string): number | string => (Number.isFinite(Number(text)) ? Number(text) : text);

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It is a number above 0.');
  return number;
}
