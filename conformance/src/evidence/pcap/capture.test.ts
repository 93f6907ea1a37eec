import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProbes } from '../../drivers/rtp-probe/host.ts';
import type { TimelineEntry } from '../../harness/timeline.ts';
import { framesOf, type Seen } from './conversation.ts';
import { withoutDigits } from './digits.ts';
import { pcapng } from './pcapng.ts';

const media = { host: '127.0.0.1', port: 20_000 };
const sdp = (port: number): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
const sip = (first: string, cseq: string, body = ''): string =>
  [
    first,
    'Via: SIP/2.0/UDP 127.0.0.1:10010;branch=z9hG4bK1',
    'From: <sip:a@127.0.0.1>;tag=1',
    'To: <sip:b@127.0.0.1>',
    'Call-ID: x@127.0.0.1',
    `CSeq: ${cseq}`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/** An RTP packet; `event`: an RFC 4733 one with this code. */
function rtp(sequence: number, event?: number): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8(event === undefined ? 0 : 101, 1);
  head.writeUInt16BE(sequence, 2);
  head.writeUInt32BE(event === undefined ? sequence * 160 : Math.floor(sequence / 3) * 4800, 4);
  head.writeUInt32BE(0xcafe, 8);
  return Buffer.concat([head, event === undefined ? Buffer.alloc(160, 0xff) : Buffer.from([event, 10, 0, 160])]);
}

const entry = (at: number, sent: boolean, leg: string, raw: string): TimelineEntry => {
  const [from, to] = sent ? [leg, 'target'] : ['target', leg];
  const detail = { type: 'sip', leg, callId: 'x', method: 'INVITE', raw } as const;
  return { at, seq: at, kind: 'sip', from, to, summary: '', detail };
};

const callback: TimelineEntry = {
  ...{ at: 30, seq: 9, kind: 'callback', from: 'target', to: 'application', summary: 'newCall → ivr' },
  detail: {
    ...{ type: 'http', operation: 'newCall', method: 'POST', url: '/callbacks/newCall', ms: 4, violations: [] },
    requestHeaders: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    requestBody: JSON.stringify({ sessionId: 'x'.repeat(3000) }),
    ...{ status: 200, responseHeaders: { 'content-type': 'application/json' }, responseBody: '{"action":"ivr"}' },
  },
};

const seen: Seen = {
  timeline: [
    entry(1, true, 'caller', sip('INVITE sip:b@127.0.0.1 SIP/2.0', '1 INVITE', sdp(media.port))),
    entry(20, false, 'caller', sip('SIP/2.0 200 OK', '1 INVITE', sdp(30_000))),
    callback,
    entry(100, true, 'tcp', sip('OPTIONS sip:b@127.0.0.1 SIP/2.0', '1 OPTIONS')),
    entry(104, false, 'tcp', sip('SIP/2.0 200 OK', '1 OPTIONS')),
  ],
  legs: [
    { name: 'caller', local: { host: '127.0.0.1', port: 10_010 }, transport: 'udp', calls: true },
    { name: 'tcp', local: { host: '127.0.0.1', port: 10_012 }, transport: 'tcp', calls: true },
  ],
  wires: [],
  rtp: Array.from({ length: 12 }, (_, i) => ({
    ...{ at: 40 + 20 * i, sent: i % 2 === 0, host: media.host, port: media.port },
    remote: { host: '127.0.0.1', port: 30_000 },
    bytes: i < 6 ? rtp(i) : rtp(i, 5),
  })),
  places: {
    sip: { host: '127.0.0.1', port: 5060 },
    rest: { host: '127.0.0.1', port: 8080 },
    callbacks: { host: '127.0.0.1', port: 9090 },
    suite: '127.0.0.1',
  },
  epoch: Date.UTC(2026, 0, 1),
};

const installed = (() => {
  try {
    execFileSync('tshark', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(installed)('a capture file, as tshark reads it', () => {
  const fields = (filter: string, ...names: string[]): string[] => {
    const directory = mkdtempSync(join(tmpdir(), 'mediaservice-test-'));
    try {
      const file = join(directory, 'capture.pcapng');
      writeFileSync(file, pcapng(framesOf(seen), { comment: 'a comment', application: 'a test' }));
      const args = [
        '-r',
        file,
        '-Y',
        filter,
        '-T',
        'fields',
        '-E',
        'separator=|',
        ...names.flatMap((name) => ['-e', name]),
      ];
      const checked = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'].flatMap((name) => [
        '-o',
        `${name}:TRUE`,
      ]);
      return execFileSync('tshark', [...checked, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .split('\n')
        .filter((line) => line !== '');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };

  it('has SIP over UDP and TCP between its real places', () => {
    expect(fields('sip', 'ip.proto', 'udp.srcport', 'tcp.srcport', 'sip.Method', 'sip.Status-Code')).toEqual([
      '17|10010||INVITE|',
      '17|5060|||200',
      '6||10012|OPTIONS|',
      '6||5060||200',
    ]);
  });
  it('has RTP that SDP has announced, with telephone events', () => {
    expect(fields('rtp', 'rtp.setup-method')).toEqual(Array.from({ length: 12 }, () => 'SDP'));
    expect(fields('rtpevent', 'rtpevent.event_id')).toEqual(Array.from({ length: 6 }, () => '5'));
  });
  it('has HTTP whose body came in several segments', () => {
    expect(fields('http', 'http.request.uri', 'http.response.code')).toEqual(['/callbacks/newCall|', '|200']);
  });
  it('has the times of the run, in order', () => {
    const times = fields('frame', 'frame.time_epoch').map(Number);
    expect(times[0]).toBeCloseTo(Date.UTC(2026, 0, 1) / 1000 + 0.001, 5);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
  it('has nothing malformed, no wrong sum, nothing lost on the way', () => {
    const wrong = '_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0';
    expect(fields(`${wrong} || tcp.analysis.lost_segment || tcp.analysis.retransmission`, 'frame.number')).toEqual([]);
  });
});

describe('secret digits', () => {
  const pressed = [5, 1, 2, 3, 4, 7].flatMap((code, i) => [0, 1].map((copy) => ({ ...event(i, code), copy })));
  function event(i: number, code: number) {
    const bytes = rtp(3 * i, code);
    return { at: i, sent: true, port: 1, remote: { host: '127.0.0.1', port: 2 }, bytes };
  }
  const codes = (...secrets: string[]) => withoutDigits(pressed, secrets).map(({ bytes }) => bytes[12]);
  it.each([
    ['are nought in every packet of theirs', ['1234'], [5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7]],
    ['stay where other digits are secret', ['4321'], [5, 5, 1, 1, 2, 2, 3, 3, 4, 4, 7, 7]],
    ['stay where only words are secret', ['opens'], [5, 5, 1, 1, 2, 2, 3, 3, 4, 4, 7, 7]],
  ])('%s', (_, secrets, expected) => expect(codes(...secrets)).toEqual(expected));
});

describe('what a probe captures', () => {
  it('is what it sent, with places and times, also when it is closed', async () => {
    const host = startProbes({ epoch: Date.now() });
    try {
      const open = (name: string) => host.open({ name, host: '127.0.0.1', codec: 'PCMU' });
      const [one, other] = [await open('one'), await open('other')];
      one.sendTo(other.host, other.port);
      await one.sendSilence(100);
      await other.waitForPackets(5, 2000);
      await one.close();
      const [went, came] = [await one.captured(), await other.captured()];
      // Nothing is kept of it then.
      await expect(one.packets()).rejects.toThrow('There is no probe');
      expect(await other.packets()).toHaveLength(5);
      expect(went.datagrams).toHaveLength(5);
      expect(went.datagrams[0]).toMatchObject({ sent: true, port: one.port, remote: { port: other.port } });
      expect(came.datagrams.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
        went.datagrams.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
      );
      expect(came).toMatchObject({
        leftOut: 0,
        datagrams: [{ sent: false, remote: { port: one.port } }, {}, {}, {}, {}],
      });
    } finally {
      await host.close();
    }
  });
});
