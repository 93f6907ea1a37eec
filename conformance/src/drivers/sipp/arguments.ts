import { join } from 'node:path';
import type { SippStart } from './types.ts';

/** Ports that SIPp binds beside its SIP port, whether used or not. */
interface SippPorts {
  readonly sip: number;
  readonly control: number;
  readonly media: number;
}

export const files = {
  scenario: 'scenario.xml',
  messages: 'messages.log',
  errors: 'errors.log',
  statistics: 'statistics.csv',
  log: 'actions.log',
  pid: 'pid',
} as const;

/** Command line of one leg. `id` is unique in the run: Call-ID, tags and branches are made of it. */
export function sippArguments(start: SippStart, ports: SippPorts, id: string, directory: string): string[] {
  const calls = start.calls ?? 1;
  const keys = {
    leg: id,
    rtp_ip: start.media?.host ?? start.local.host,
    rtp_port: String(start.media?.port ?? 9),
    ...start.vars,
  };
  return [
    ...(start.remote ? [`${start.remote.host}:${start.remote.port}`] : []),
    ...['-sf', join(directory, files.scenario)],
    ...['-i', start.local.host, '-p', String(ports.sip), '-bind_local'],
    ...['-t', start.transport === 'tcp' ? 't1' : 'u1'],
    // Otherwise a first call waits for a tenth of a second, and every SIPp wants port 6000 and 8888.
    ...['-m', String(calls), '-r', String(start.rate ?? 1000), '-l', String(start.atOnce ?? Math.max(calls, 1))],
    ...['-mi', start.local.host, '-mp', String(ports.media), '-ci', start.local.host, '-cp', String(ports.control)],
    ...['-cid_str', calls === 1 ? `${id}@${start.local.host}` : `%u-${id}@${start.local.host}`],
    ...(start.service === undefined ? [] : ['-s', start.service]),
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
    ...(start.logged === false ? [] : ['-trace_msg', '-message_file', join(directory, files.messages)]),
    ...['-trace_err', '-error_file', join(directory, files.errors)],
    ...['-trace_logs', '-log_file', join(directory, files.log)],
    ...['-trace_stat', '-stf', join(directory, files.statistics), '-fd', '1'],
    // Should nobody be left to end it, a call that waits gives up by itself, after our own limit has passed.
    ...['-recv_timeout', String(start.timeoutMs + 2000)],
    ...['-aa', '-nostdin', '-timeout', `${Math.ceil(start.timeoutMs / 1000)}s`, '-timeout_error'],
  ];
}

/** SIPp's own media keywords mean its own sockets; in our scenarios they mean the probe. */
export const pointAtProbe = (xml: string): string =>
  xml.replaceAll('[media_ip]', '[rtp_ip]').replaceAll('[media_port]', '[rtp_port]');
