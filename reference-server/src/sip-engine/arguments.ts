import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { SipEngineOptions } from './engine.ts';

export const usage = `mediaservice-sip-engine: a SIP engine for drachtio-srf applications

Usage: mediaservice-sip-engine --sip <protocol>:<host>:<port> --app <host>:<port> --secret <text>

  --sip <protocol>:<host>:<port>  listen for SIP; protocol udp or tcp; repeat for more (udp:0.0.0.0:5060 and tcp:0.0.0.0:5060)
  --app <host>:<port>             listen for applications (127.0.0.1:9022)
  --secret <text>                 what applications authenticate with
  --secret-file <path>            the same, from a file
  --quiet                         no log
  --help, --version

Port 0 takes a free port. SIGINT and SIGTERM refuse new calls and end the program after the last one; a second one ends it at once.
`;

/** What is wrong with the command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Invocation =
  | { type: 'help' }
  | { type: 'version' }
  | { type: 'run'; options: Pick<SipEngineOptions, 'sip' | 'app'>; quiet: boolean };

function hostPort(text: string, option: string): { host: string; port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || port > 65_535) throw new UsageError(`${option} takes <host>:<port>, not "${text}".`);
  return { host, port };
}

function sipAddress(text: string): { protocol: 'udp' | 'tcp'; host: string; port: number } {
  const colon = text.indexOf(':');
  const protocol = text.slice(0, colon);
  if (protocol !== 'udp' && protocol !== 'tcp') {
    throw new UsageError(`--sip takes udp:<host>:<port> or tcp:<host>:<port>, not "${text}".`);
  }
  const { host, port } = hostPort(text.slice(colon + 1), '--sip');
  if (isIP(host) === 0 && host !== 'localhost') throw new UsageError(`--sip takes an address, not the name "${host}".`);
  return { protocol, host: host === 'localhost' ? '127.0.0.1' : host, port };
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new UsageError(`The secret cannot be read from "${path}".`);
  }
}

/** Reads the command line; throws a `UsageError`. */
export function readArguments(args: readonly string[]): Invocation {
  const { values } = parse(args);
  if (values.help === true) return { type: 'help' };
  if (values.version === true) return { type: 'version' };
  if (values.secret !== undefined && values['secret-file'] !== undefined) {
    throw new UsageError('Give --secret or --secret-file, not both.');
  }
  const file = values['secret-file'];
  const secret = values.secret ?? (file === undefined ? undefined : readSecret(file));
  if (secret === undefined || secret === '')
    throw new UsageError('A secret is missing: give --secret or --secret-file.');
  if (secret.includes('|')) throw new UsageError('A secret may not contain "|".');
  const sip = (values.sip ?? ['udp:0.0.0.0:5060', 'tcp:0.0.0.0:5060']).map(sipAddress);
  const app = { ...hostPort(values.app ?? '127.0.0.1:9022', '--app'), secret };
  return { type: 'run', options: { sip, app }, quiet: values.quiet === true };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        sip: { type: 'string', multiple: true },
        app: { type: 'string' },
        secret: { type: 'string' },
        'secret-file': { type: 'string' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    const [sentence = 'The command line cannot be read'] = String(error instanceof Error ? error.message : error).split(
      '. ',
    );
    throw new UsageError(`${sentence.replace(/\.$/, '')}; see --help.`);
  }
}
