/** Builders of made-up traffic for the report's own tests: one call of an IVR, as the drivers would record it. */
import type { HttpDetail, Lane, NewEntry, SipDetail, TimelineEntry } from '../../harness/timeline.ts';

/** Collects entries; `at` is milliseconds from the start of the scenario. */
export class Tape {
  readonly #start: number;
  readonly #entries: TimelineEntry[] = [];

  constructor(start: number) {
    this.#start = start;
  }

  add(at: number, entry: Omit<NewEntry, 'at'>): this {
    this.#entries.push({ ...entry, at: this.#start + at, seq: this.#entries.length });
    return this;
  }

  sip(at: number, from: Lane, to: Lane, detail: Pick<SipDetail, 'method' | 'raw'> & Partial<SipDetail>): this {
    const leg = from === 'target' ? to : from;
    const summary =
      detail.status === undefined ? detail.method : `${detail.status} ${detail.reason} (${detail.method})`;
    return this.add(at, {
      kind: 'sip',
      from,
      to,
      summary,
      detail: { type: 'sip', leg, callId: '1-4711@127.0.0.1', ...detail },
    });
  }

  http(
    at: number,
    kind: 'rest' | 'callback',
    summary: string,
    detail: Partial<HttpDetail> & { operation: string },
  ): this {
    const [from, to] = kind === 'rest' ? ['client', 'target'] : ['target', 'application'];
    return this.add(at, {
      kind,
      from,
      to,
      summary,
      detail: {
        type: 'http',
        method: 'POST',
        url:
          kind === 'rest'
            ? `http://127.0.0.1:8080/demo/${detail.operation}`
            : `http://127.0.0.1:9000/${detail.operation}`,
        requestHeaders: {
          'content-type': 'application/json',
          ...(kind === 'rest' ? { authorization: 'Bearer eyJhbGciOi.secret' } : {}),
        },
        requestBody: '{}',
        status: 200,
        responseHeaders: { 'content-type': 'application/json' },
        responseBody: '{"success":true}',
        ms: 2.4,
        violations: [],
        ...detail,
      },
    });
  }

  expect(
    at: number,
    ok: boolean,
    requirement: string,
    what: string,
    expected: string,
    actual: string,
    level: 'must' | 'should' = 'must',
  ): this {
    return this.add(at, {
      kind: 'expect',
      from: 'suite',
      to: 'suite',
      summary: what,
      detail: { type: 'expect', requirement, what, expected, actual, ok, level },
    });
  }

  rtp(at: number, from: Lane, to: Lane, summary: string, facts: Record<string, string | number | boolean>): this {
    const leg = from === 'target' ? to : from;
    return this.add(at, {
      kind: 'rtp',
      from,
      to,
      summary,
      detail: { type: 'rtp', leg, direction: from === 'target' ? 'received' : 'sent', facts },
    });
  }

  note(at: number, summary: string, data?: unknown): this {
    const detail = data === undefined ? { type: 'note' as const } : { type: 'note' as const, data };
    return this.add(at, { kind: 'note', from: 'suite', to: 'suite', summary, detail });
  }

  entries(): readonly TimelineEntry[] {
    return this.#entries;
  }
}

const SDP = (port: number) =>
  `v=0\r\no=- 20 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n`;

/** A SIP message with the headers that every one has. */
export function sipMessage(start: string, cseq: string, extra: readonly string[] = [], sdpPort?: number): string {
  const content = sdpPort === undefined ? '' : SDP(sdpPort);
  const lines = [
    start,
    'Via: SIP/2.0/UDP 127.0.0.1:5082;branch=z9hG4bK-1-4711-0;rport',
    'From: "Alice" <sip:+4687001@127.0.0.1:5082>;tag=1c0ffee',
    `To: <sip:+46850010@demo.example>${start.startsWith('SIP') ? ';tag=6f2a91' : ''}`,
    'Call-ID: 1-4711@127.0.0.1',
    `CSeq: ${cseq}`,
    'Contact: <sip:+4687001@127.0.0.1:5082>',
    'Max-Forwards: 70',
    ...extra,
    ...(sdpPort === undefined ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${content.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

/** One call to an IVR: INVITE, newCall, a prompt, two digits, BYE. */
export function ivrCall(start: number, hostile = false): Tape {
  const caller = 'caller';
  const evil = hostile
    ? ["X-Evil: </script><script>document.title='owned'</script>", 'X-Attr: " onmouseover="alert(1)']
    : [];
  const session = '5b6c2f0e-1d3a-4f57-9d0c-2b1f6f0a7c11';
  const invite = sipMessage(
    'INVITE sip:+46850010@demo.example SIP/2.0',
    '1 INVITE',
    ['X-Campaign: spring', ...evil],
    40_010,
  );
  return new Tape(start)
    .note(0, 'number +46850010 is claimed', { number: '+46850010' })
    .sip(1.2, caller, 'target', { method: 'INVITE', raw: invite })
    .sip(2.9, 'target', caller, {
      method: 'INVITE',
      status: 100,
      reason: 'Trying',
      raw: sipMessage('SIP/2.0 100 Trying', '1 INVITE'),
    })
    .http(6.1, 'callback', 'newCall → ivr', {
      operation: 'newCall',
      requestBody: JSON.stringify({
        sessionId: session,
        traceId: 'b1d6c0de-0000-4000-8000-00000000beef',
        callingParty: '+4687001',
        calledParty: '+46850010',
        displayName: 'Alice',
        callingPartyPrivacy: 'public',
        xHeaders: { 'x-campaign': 'spring' },
        srcAddr: '127.0.0.1',
      }),
      responseBody: '{"action":"ivr","sessionReferenceId":{"ticket":4711}}',
      ms: 3.8,
    })
    .expect(
      10.4,
      true,
      'newcall-called-party',
      'calledParty is the user part of the Request-URI',
      '"+46850010"',
      '"+46850010"',
    )
    .sip(13.6, 'target', caller, {
      method: 'INVITE',
      status: 200,
      reason: 'OK',
      raw: sipMessage('SIP/2.0 200 OK', '1 INVITE', [], 30_412),
    })
    .sip(14.9, caller, 'target', { method: 'ACK', raw: sipMessage('ACK sip:127.0.0.1:5060 SIP/2.0', '1 ACK') })
    .http(16.2, 'callback', 'callAnswered', {
      operation: 'callAnswered',
      requestBody: JSON.stringify({ sessionId: session, replyId: 'eyJhbGciOiJIUzI1NiJ9.e30.x' }),
      responseBody: '',
    })
    .expect(
      17,
      true,
      'ivr-callanswered-before-command',
      'callAnswered comes before the first getIvrCommand',
      'callAnswered first',
      'callAnswered first',
    )
    .http(19.4, 'callback', 'getIvrCommand → welcome.wav, collect 2 digits', {
      operation: 'getIvrCommand',
      requestBody: JSON.stringify({ sessionId: session, sequence: 1 }),
      responseBody: JSON.stringify({
        phrases: [{ format: 'file', fileName: 'welcome.wav' }],
        dtmfCollect: { maxDigits: 2, firstTimeout: 5, betweenTimeout: 2, terminationKey: '#' },
      }),
    })
    .rtp(31, 'target', caller, '60 packets PCMU: 440 Hz for 1.20 s', {
      packets: 60,
      lost: 0,
      jitterMs: 0.21,
      medianMs: 20.01,
      p99Ms: 20.9,
      frequencyHz: 440.2,
      levelDbov: -13.1,
      durationMs: 1200,
    })
    .expect(
      1240,
      true,
      'ivr-prompt-is-heard',
      'the prompt is heard: 440 Hz for 1.2 s',
      '440 Hz ± 5, 1200 ms ± 40',
      '440.2 Hz, 1200 ms',
    )
    .rtp(1302, caller, 'target', 'DTMF 4 2 (RFC 4733)', { digits: '42', durationMs: 160, endPackets: 3 });
}

/** A second leg: the service calls somebody and joins the two. `from` is milliseconds from the start. */
export function joinCallee(tape: Tape, from: number): Tape {
  const invite = sipMessage('INVITE sip:+4687002@127.0.0.1:5090 SIP/2.0', '7 INVITE', ['X-Campaign: spring'], 30_414);
  const answer = (status: number, reason: string, port?: number) => ({
    method: 'INVITE',
    status,
    reason,
    raw: sipMessage(`SIP/2.0 ${status} ${reason}`, '7 INVITE', [], port),
  });
  return tape
    .sip(from, 'target', 'callee', { method: 'INVITE', raw: invite })
    .sip(from + 1.4, 'callee', 'target', answer(180, 'Ringing'))
    .http(from + 3, 'callback', 'callNotify', { operation: 'callNotify', responseBody: '' })
    .sip(from + 900, 'callee', 'target', answer(200, 'OK', 40_020))
    .sip(from + 902, 'target', 'callee', { method: 'ACK', raw: sipMessage('ACK sip:127.0.0.1:5090 SIP/2.0', '7 ACK') })
    .rtp(from + 920, 'callee', 'caller', '50 packets PCMU: 600 Hz for 1.00 s', { packets: 50, frequencyHz: 600.1 });
}
