/** The frames of one scenario, made of what its timeline and its drivers know. Pure. */
import { STATUS_CODES } from 'node:http';
import { claimed } from '../../drivers/claimed.ts';
import type { CapturedDatagram } from '../../drivers/rtp-probe/capture.ts';
import { header } from '../../drivers/sipp/message-log.ts';
import type { HttpDetail, TimelineEntry } from '../../harness/timeline.ts';
import { Connection } from './connection.ts';
import { datagram, type Place } from './frames.ts';
import type { Frame } from './pcapng.ts';

/** SIP that SIPp sent and received: who it was is known of the leg. */
export interface SippLeg {
  readonly name: string;
  readonly local: Place;
  readonly transport: 'udp' | 'tcp';
  /** It has opened the connection. */
  readonly calls: boolean;
}

/** Bytes of an end on the wire. `at` on the run's clock. */
export interface WireBytes {
  readonly at: number;
  readonly sent: boolean;
  readonly local: Place;
  readonly transport: 'udp' | 'tcp';
  readonly bytes: Uint8Array;
}

export interface Seen {
  readonly timeline: readonly TimelineEntry[];
  readonly legs: readonly SippLeg[];
  readonly wires: readonly WireBytes[];
  readonly rtp: readonly (CapturedDatagram & { readonly host: string })[];
  readonly places: { readonly sip: Place; readonly rest: Place; readonly callbacks: Place; readonly suite: string };
  /** Wall-clock time of nought on the run's clock, ms since 1970. */
  readonly epoch: number;
}

/** Where connections begin whose port nobody has noted. */
const firstPort = 50_000;

/** All frames in the order of their times. */
export function framesOf(seen: Seen): Frame[] {
  const { epoch, places } = seen;
  const frames: Frame[] = [];
  const streams = new Map<string, Connection>();
  let ports = firstPort;
  const port = (): number => {
    ports = ports >= 65_000 ? firstPort : ports + 1;
    return claimed.tcp.has(ports) ? port() : ports;
  };
  /** A message of SIP between an end of ours and the target. */
  const sip = (
    at: number,
    local: Place,
    remote: Place,
    sent: boolean,
    transport: 'udp' | 'tcp',
    calls: boolean,
    bytes: Uint8Array,
  ): void => {
    const [from, to] = sent ? [local, remote] : [remote, local];
    if (transport === 'udp') {
      frames.push({ at, bytes: datagram(from, to, bytes) });
      return;
    }
    const key = `${local.host}:${local.port}`;
    const stream =
      streams.get(key) ??
      (calls
        ? new Connection(at, local, places.sip)
        : new Connection(at, { host: places.sip.host, port: port() }, local));
    streams.set(key, stream);
    stream.write(at, sent === calls ? 0 : 1, bytes);
  };
  for (const { at, from, detail, kind } of seen.timeline) {
    if (detail.type === 'sip') {
      const leg = seen.legs.find(({ name }) => name === detail.leg);
      if (leg === undefined) continue;
      const bytes = Buffer.from(detail.raw, 'utf8');
      const remote = from === 'target' ? (sourceOf(detail.raw) ?? places.sip) : places.sip;
      sip(at + epoch, leg.local, remote, from !== 'target', leg.transport, leg.calls, bytes);
    } else if (detail.type === 'http') {
      const [client, server] =
        kind === 'rest'
          ? [{ host: places.suite, port: port() }, places.rest]
          : [{ host: places.sip.host, port: port() }, places.callbacks];
      frames.push(...exchange(at + epoch, client, server, detail));
    }
  }
  for (const { at, local, sent, transport, bytes } of seen.wires)
    sip(at + epoch, local, places.sip, sent, transport, true, bytes);
  for (const { at, host, port: own, remote, sent, bytes } of seen.rtp) {
    const [from, to] = sent ? [{ host, port: own }, remote] : [remote, { host, port: own }];
    frames.push({ at: at + epoch, bytes: datagram(from, to, bytes) });
  }
  for (const stream of streams.values()) frames.push(...stream.frames());
  return frames.toSorted((a, b) => a.at - b.at);
}

/** Where a request came from says its topmost Via (RFC 3261 18.2.1); undefined for a response and for a name. */
function sourceOf(raw: string): Place | undefined {
  if (raw.startsWith('SIP/2.0')) return undefined;
  const via = header(raw, 'Via', 'v') ?? '';
  const [, host = '', port = '5060'] = /^SIP\/2\.0\/\w+ (\d+\.\d+\.\d+\.\d+)(?::(\d+))?/.exec(via) ?? [];
  return host === '' ? undefined : { host, port: Number(port) };
}

function exchange(at: number, client: Place, server: Place, detail: HttpDetail): readonly Frame[] {
  const connection = new Connection(at, client, server);
  const { method, url, requestHeaders, requestBody, status, responseHeaders, responseBody, ms } = detail;
  connection.write(at, 0, message(`${method} ${url} HTTP/1.1`, requestHeaders, requestBody));
  if (status === 0) connection.reset(at + ms, 1);
  else {
    connection.write(
      at + ms,
      1,
      message(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, responseHeaders, responseBody),
    );
    connection.close(at + ms, 1);
  }
  return connection.frames();
}

/** Bodies are those of the timeline, where long ones are cut; how they were framed is told anew. */
function message(first: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(?:content-length|transfer-encoding|connection)$/i.test(name),
  );
  const lines = [
    first,
    ...kept.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'utf8');
}
