import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../drivers/ports.ts';
import { rtp, sip } from '../dsl/index.ts';
import type { Rewrite } from '../types.ts';
import { Interceptor } from './interceptor.ts';
import { RtpRelay } from './rtp-relay.ts';
import { SipProxy } from './sip-proxy.ts';
import { SipText } from './sip-text.ts';

const host = '127.0.0.1';

class End {
  readonly socket: Socket;
  readonly heard: { readonly text: string; readonly from: number }[] = [];
  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (bytes, { port }) => this.heard.push({ text: bytes.toString('latin1'), from: port }));
  }
  static async open(port = 0): Promise<End> {
    const socket = createSocket('udp4');
    socket.bind(port, host);
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    return new End(socket);
  }
  get port(): number {
    return this.socket.address().port;
  }
  send(text: string | Buffer, port: number): void {
    this.socket.send(text, port, host);
  }
  async next(n = 0): Promise<SipText> {
    await expect.poll(() => this.heard.length).toBeGreaterThan(n);
    return new SipText(this.heard[n]?.text ?? '');
  }
}

/** A suite's end and the target, with a proxy between them. */
async function world(rewrites: readonly Rewrite[] = []): Promise<{
  readonly suite: End;
  readonly target: End;
  readonly front: number;
  readonly outbound: number;
}> {
  const [suite, target, frontPort, outboundPort] = await Promise.all([
    End.open(),
    End.open(),
    freePort(host),
    freePort(host),
  ]);
  const interceptor = new Interceptor();
  const relay = new RtpRelay(interceptor);
  interceptor.begin(rewrites);
  const proxy = await SipProxy.start({ host, frontPort, outboundPort, targetPort: target.port, interceptor, relay });
  onTestFinished(async () => {
    await proxy.close();
    relay.clear();
  });
  return { suite, target, front: frontPort, outbound: outboundPort };
}

const sdp = (port: number): string => `v=0\r\nc=IN IP4 ${host}\r\nm=audio ${port} RTP/AVP 0\r\n`;
const invite = (to: string, own: End, body = ''): string =>
  [
    `INVITE ${to} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${own.port};branch=z9hG4bK1;rport`,
    ...['To: <sip:b>', 'From: <sip:a>;tag=1', 'Call-ID: c', 'CSeq: 1 INVITE'],
    `Contact: <sip:a@${host}:${own.port}>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
const portIn = (text: string | undefined): number => Number(/127\.0\.0\.1:(\d+)/.exec(text ?? '')?.[1]);
const audioPort = (message: SipText): number => Number(/m=audio (\d+)/.exec(message.sdp)?.[1]);

describe('the proxy of SIP', () => {
  it('stands for the suite at the target and for the target at the suite, in both directions of a dialog', async () => {
    const { suite, target, front } = await world();
    suite.send(invite(`sip:1@${host}:${front}`, suite), front);
    const arrived = await target.next();
    expect(portIn(arrived.start)).toBe(target.port);
    const guise = portIn(arrived.get('Contact'));
    expect([guise === suite.port, portIn(arrived.get('Via')), target.heard[0]?.from]).toEqual([false, guise, guise]);
    target.send(arrived.response(200, 'OK').set('Contact', `<sip:${host}:${target.port}>`).toString(), guise);
    const ok = await suite.next();
    expect([portIn(ok.get('Contact')), portIn(ok.get('Via')), suite.heard[0]?.from]).toEqual([
      front,
      suite.port,
      front,
    ]);
    const bye = invite(`sip:a@${host}:${guise}`, target).replaceAll('INVITE', 'BYE');
    target.send(bye, guise);
    expect((await suite.next(1)).start).toBe(`BYE sip:a@${host}:${suite.port} SIP/2.0`);
  });

  it('hands what the target begins to whom it is for', async () => {
    const { suite, target, outbound, front } = await world();
    target.send(invite(`sip:callee@${host}:${suite.port}`, target), outbound);
    const arrived = await suite.next();
    expect([arrived.start, portIn(arrived.get('Contact')), suite.heard[0]?.from]).toEqual([
      `INVITE sip:callee@${host}:${suite.port} SIP/2.0`,
      front,
      front,
    ]);
  });

  it.each([
    ['a message is lost', sip.request('INVITE').lose(), 0],
    ['a message comes twice', sip.request('INVITE').double(), 2],
    ['another one is meant', sip.request('BYE').lose(), 1],
  ])('%s', async (_name, rewrite, count) => {
    const { suite, target, outbound } = await world([rewrite]);
    target.send(invite(`sip:callee@${host}:${suite.port}`, target), outbound);
    target.send(invite(`sip:callee@${host}:${suite.port}`, target).replaceAll('INVITE', 'OPTIONS'), outbound);
    await expect.poll(() => suite.heard.some(({ text }) => text.startsWith('OPTIONS'))).toBe(true);
    expect(suite.heard.filter(({ text }) => text.startsWith('INVITE'))).toHaveLength(count);
  });

  it('answers in the place of the suite', async () => {
    const { suite, target, outbound } = await world([sip.request('INVITE').answer(486, 'Busy Here')]);
    target.send(invite(`sip:callee@${host}:${suite.port}`, target), outbound);
    expect((await target.next()).start).toBe('SIP/2.0 486 Busy Here');
    expect(suite.heard).toEqual([]);
  });

  it('leads the media through ports of its own, which come from where SDP says', async () => {
    const { suite, target, front } = await world([rtp.when(({ sequence }) => sequence === 2).lose()]);
    const [phone, media] = await Promise.all([End.open(), End.open()]);
    suite.send(invite(`sip:1@${host}:${front}`, suite, sdp(phone.port)), front);
    const offer = await target.next();
    const answer = offer.response(200, 'OK').set('Content-Type', 'application/sdp');
    answer.body = sdp(media.port);
    target.send(answer.toString(), portIn(offer.get('Via')));
    const shown = audioPort(await suite.next());
    const packet = (sequence: number): Buffer => Buffer.from([0x80, 0, 0, sequence, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]);
    phone.send(packet(9), shown);
    await expect.poll(() => media.heard.length).toBe(1);
    expect(media.heard[0]?.from).toBe(audioPort(offer));
    for (const sequence of [1, 2, 3]) media.send(packet(sequence), audioPort(offer));
    await expect.poll(() => phone.heard.length).toBe(2);
    expect(phone.heard.map(({ text, from }) => [text.charCodeAt(3), from])).toEqual([
      [1, shown],
      [3, shown],
    ]);
  });

  it('lets pass what is no SIP', async () => {
    const { suite, target, front } = await world([sip.any().toTarget.lose()]);
    suite.send('\r\n\r\n', front);
    await expect.poll(() => target.heard.map(({ text }) => text)).toEqual(['\r\n\r\n']);
  });
});
