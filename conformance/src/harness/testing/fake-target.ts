/**
 * A very small implementation of the API for the tests of the harness: it asks newCall, answers or refuses, plays a tone,
 * and completes the session. Its faults can be switched on.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { bodyOf, listen, shut } from '../../drivers/http.ts';
import { freePort } from '../../drivers/ports.ts';
import { tone } from '../../drivers/rtp-probe/analysis.ts';
import { startProbes } from '../../drivers/rtp-probe/host.ts';
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { body, describe, header, headers } from '../../drivers/sipp/message-log.ts';
import type { SippMessage } from '../../drivers/sipp/types.ts';
import { parseTarget } from '../../target/load.ts';
import type { Target } from '../../target/types.ts';

export interface Faults {
  /** A property of newCall has a wrong type. */
  readonly wrongType?: boolean;
  /** An answer of the API has a wrong type. */
  readonly wrongReply?: boolean;
  /** callNotify comes after sessionCompleted. */
  readonly chatty?: boolean;
  /** RTP goes on after BYE. */
  readonly talkative?: boolean;
  /** Calls that are over stay in the gauge. */
  readonly leaky?: boolean;
  /** A connection is never closed. */
  readonly clinging?: boolean;
  /** sessionCompleted comes twice. */
  readonly stammering?: boolean;
  /** Calls that are refused are not counted. */
  readonly miscounting?: boolean;
}

export interface FakeTarget {
  readonly target: Target;
  close(): Promise<void>;
}

interface Call {
  readonly sessionId: string;
  readonly rtp: RtpProbe;
}

export async function fakeTarget(faults: Faults = {}, atRest = 0): Promise<FakeTarget> {
  const host = '127.0.0.1';
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  const api = createServer((request, response) => {
    void bodyOf(request).then(() => {
      if (request.url === '/metrics') return response.end(page());
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"success":${faults.wrongReply ? '"yes"' : 'true'}}`);
    });
  });
  const { port: apiPort } = await listen(api, host, 0);
  const sinkPort = await freePort(host);
  const sink = `http://${host}:${sinkPort}/cb`;
  const probes = startProbes({ epoch: 0 });
  const calls = new Map<string, Call>();
  let began = 0;
  const page = (): string =>
    [
      `fake_calls{a="b"} ${atRest + calls.size}`,
      `fake_sockets ${faults.clinging ? 1 : 0}`,
      `fake_began ${began}`,
      '',
    ].join('\n');

  const post = async (name: string, payload: object): Promise<unknown> => {
    const response = await fetch(`${sink}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  };

  const reply = (request: SippMessage, to: number, status: string, sdp = ''): void => {
    const tag = (header(request.raw, 'To') ?? '').includes('tag=') ? '' : ';tag=fake';
    const lines = [
      `SIP/2.0 ${status}`,
      ...headers(request.raw, 'Via').map((via) => `Via: ${via}`),
      `From: ${header(request.raw, 'From')}`,
      `To: ${header(request.raw, 'To')}${tag}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${header(request.raw, 'CSeq')}`,
      `Contact: <sip:fake@${host}:${port}>`,
      ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ];
    socket.send(lines.join('\r\n'), to, host);
  };

  const invited = async (request: SippMessage, from: number): Promise<void> => {
    // At once: who hears nothing for T1 sends a copy, and the rest may take longer (RFC 3261 sections 17.1.1.2 and 17.2.1).
    reply(request, from, '100 Trying');
    const sessionId = crypto.randomUUID();
    const calledParty = /^INVITE sip:([^@]+)@/.exec(request.raw)?.[1];
    const answer = await post('newCall', { sessionId, calledParty, ...(faults.wrongType && { copyHeaders: 'X-A' }) });
    if (!(typeof answer === 'object' && answer !== null && 'action' in answer && answer.action === 'ivr')) {
      reply(request, from, '603 Decline');
      if (!faults.miscounting) began += 1;
      return void (await post('sessionCompleted', { sessionId, reason: 'rejected' }));
    }
    const rtp = await probes.open({ name: 'fake', host, codec: 'PCMU' });
    const media = /m=audio (\d+)/.exec(body(request.raw))?.[1];
    rtp.sendTo(host, Number(media));
    calls.set(request.callId, { sessionId, rtp });
    began += 1;
    const lines = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${rtp.port} RTP/AVP 0`,
      '',
    ];
    reply(request, from, '200 OK', lines.join('\r\n'));
    void rtp.sendPcm(tone(440, 5000));
  };

  const ended = async (request: SippMessage, from: number): Promise<void> => {
    reply(request, from, '200 OK');
    const call = calls.get(request.callId);
    if (!call) return;
    if (!faults.leaky) calls.delete(request.callId);
    if (!faults.talkative) await call.rtp.close();
    await post('sessionCompleted', { sessionId: call.sessionId, reason: 'callingPartyDrop' });
    if (faults.stammering) await post('sessionCompleted', { sessionId: call.sessionId, reason: 'callingPartyDrop' });
    if (faults.chatty) await post('callNotify', { sessionId: call.sessionId, event: 'ringing' });
  };

  const seen = new Set<string>();
  socket.on('message', (bytes, from) => {
    const request = describe('fake', bytes.toString(), 0, 'received');
    if (!request || request.status !== undefined || seen.has(request.raw)) return;
    seen.add(request.raw);
    // The suite may be gone already when the last callback is sent.
    if (request.method === 'INVITE') invited(request, from.port).catch(() => {});
    if (request.method === 'BYE') ended(request, from.port).catch(() => {});
  });

  // What comes after the end has to come before it is quiet: on a busy machine there are 100 ms between two packets, too.
  const late = faults.talkative || faults.chatty || faults.stammering;
  const target = await parseTarget(
    JSON.stringify({
      name: 'fake',
      rest: { baseUrl: `http://${host}:${apiPort}` },
      domain: 'acme.example',
      credentials: { kind: 'bearer', token: 't' },
      sip: { host, port },
      callbacks: { baseUrl: sink },
      numbers: { prefix: '+4610', first: 1, last: 99 },
      suite: { host },
      capabilities: ['ivr'],
      timers: { quietMs: late ? 300 : 100, stepMs: 400 },
      metrics: {
        url: `http://${host}:${apiPort}/metrics`,
        atRest: ['fake_calls'],
        withinMs: 300,
        settling: { fake_sockets: 200 },
        began: 'fake_began',
      },
    }),
    'fake.yaml',
  );
  return {
    target,
    close: async () => {
      socket.close();
      await probes.close();
      await shut(api);
    },
  };
}
