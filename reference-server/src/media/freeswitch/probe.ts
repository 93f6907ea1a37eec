/**
 * Asks a FreeSWITCH over its event socket whether it can be used, before drachtio-fsmrf connects: that throws out of a
 * callback where the profile is missing, and its event socket opens seconds before its SIP profiles do.
 */
import { connect } from 'node:net';
import type { FreeSwitchAddress } from './options.ts';

/** Rejects with what is missing: no connection, wrong secret, no such profile, no answer in time. */
export async function probe(at: FreeSwitchAddress, timeoutMs?: number): Promise<void> {
  if (!hasProfile(await ask(at, 'sofia status', timeoutMs), at.profile))
    throw new Error(`its SIP profile ${at.profile} is not there or not running`);
  // Of GSM and of keys as tones. A channel that is to run what is not there is hung up.
  if ((await ask(at, 'module_exists mod_spandsp', timeoutMs)).trim() !== 'true')
    throw new Error('its module mod_spandsp is not loaded');
}

/** What it answers to a command, on a connection for that alone. Rejects when there is none, or no answer in time. */
export function ask(
  { host, port, secret }: Pick<FreeSwitchAddress, 'host' | 'port' | 'secret'>,
  command: string,
  timeoutMs = 3000,
): Promise<string> {
  const socket = connect({ host, port });
  socket.setEncoding('utf8');
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer of its event socket within ${timeoutMs} ms`)));
  let text = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const heard = (message: Message): void => {
    switch (message.type) {
      case 'auth/request':
        socket.write(`auth ${secret}\n\n`);
        break;
      case 'command/reply':
        if (message.reply.startsWith('+OK')) socket.write(`api ${command}\n\n`);
        else socket.destroy(new Error(`it does not accept the secret: ${message.reply}`));
        break;
      case 'api/response':
        resolve(message.body);
        socket.destroy();
        break;
      default:
        socket.destroy(new Error(`its event socket says ${message.type}`));
    }
  };
  socket.on('data', (part: string) => {
    text += part;
    for (let next = take(text); next !== undefined; next = take(text)) {
      text = next.rest;
      heard(next.message);
    }
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('it closed the connection to its event socket')));
  return promise;
}

interface Message {
  readonly type: string;
  readonly reply: string;
  readonly body: string;
}

/** The next whole message: headers, an empty line, and as many octets as Content-Length says. */
function take(text: string): { message: Message; rest: string } | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const header = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'mi').exec(head)?.[1]?.trim() ?? '';
  const from = end + 2;
  const length = Number(header('Content-Length') || 0);
  if (text.length < from + length) return undefined;
  const message = { type: header('Content-Type'), reply: header('Reply-Text'), body: text.slice(from, from + length) };
  return { message, rest: text.slice(from + length) };
}

/** The line of `sofia status` of a profile that runs. */
const hasProfile = (status: string, profile: string): boolean =>
  status.split('\n').some((line) => {
    const words = line.trim().split(/\s+/);
    return words[0] === profile && words[1] === 'profile' && words[3] === 'RUNNING';
  });
