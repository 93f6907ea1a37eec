import { describe, expect, it } from 'vitest';
import { answerOffer, type Local, makeOffer, makeReoffer, settleAnswer, usableCodecs } from './negotiate.ts';

const local: Local = { address: '192.0.2.1', port: 20000, sessionId: '7', codecs: ['PCMU', 'PCMA'] };
const offer = (media: string, connection = 'IN IP4 198.51.100.5'): string =>
  `v=0\r\no=- 1 1 IN IP4 198.51.100.5\r\ns=-\r\nc=${connection}\r\nt=0 0\r\n${media}`;
const audio = (formats: string, ...attributes: string[]): string =>
  offer([`m=audio 4000 RTP/AVP ${formats}`, ...attributes.map((each) => `a=${each}`), ''].join('\r\n'));

describe('the answer to an offer', () => {
  it.each([
    [
      'PCMU and events',
      audio('0 8 101', 'rtpmap:101 telephone-event/8000'),
      { codec: 'PCMU', payloadType: 0, telephoneEvent: 101, telephoneEventIn: 101 },
    ],
    ['PCMA first', audio('8 0'), { codec: 'PCMA', payloadType: 8 }],
    ['PCMA under a number of its own', audio('18 97', 'rtpmap:97 PCMA/8000'), { codec: 'PCMA', payloadType: 97 }],
    ['comfort noise', audio('8 0 13'), { codec: 'PCMA', comfortNoise: 13 }],
    ['no ptime', audio('0'), { ptime: 20, port: 4000, rtcpPort: 4001, address: '198.51.100.5' }],
    ['ptime 10', audio('0', 'ptime:10'), { ptime: 10 }],
    ['ptime 35', audio('0', 'ptime:35'), { ptime: 30 }],
    ['ptime 5', audio('0', 'ptime:5'), { ptime: 10 }],
    ['ptime 200', audio('0', 'ptime:200'), { ptime: 60 }],
    ['an RTCP port of its own', audio('0', 'rtcp:5555'), { rtcpPort: 5555 }],
    ['sendrecv', audio('0', 'sendrecv'), { send: true, receive: true }],
    ['hold by sendonly', audio('0', 'sendonly'), { send: false, receive: true }],
    ['listening only', audio('0', 'recvonly'), { send: true, receive: false }],
    ['hold by inactive', audio('0', 'inactive'), { send: false, receive: false }],
    ['hold by zeros', offer('m=audio 4000 RTP/AVP 0\r\n', 'IN IP4 0.0.0.0'), { send: false, receive: true }],
    ['IPv6', offer('m=audio 4000 RTP/AVP 0\r\n', 'IN IP6 2001:db8::1'), { address: '2001:db8::1' }],
  ])('%s', (_, text, remote) => {
    expect(answerOffer(text, local)).toMatchObject({ ok: true, remote });
  });

  it.each([
    ['no SDP', 'hello', /^line \d+: /],
    ['a stream that is off', offer('m=audio 0 RTP/AVP 0\r\n'), /no audio stream/],
    ['only video', offer('m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n'), /no audio stream/],
    ['G.729 alone', audio('18'), /no codec in common; this side has PCMU, PCMA/],
    ['a name instead of an address', offer('m=audio 4000 RTP/AVP 0\r\n', 'IN IP4 phone.example'), /not an IP address/],
  ])('refuses %s', (_, text, detail) => {
    expect(answerOffer(text, local)).toEqual({ ok: false, detail: expect.stringMatching(detail) });
  });

  it('does not name events that were not offered', () => {
    const result = answerOffer(audio('0'), local);
    expect(result).toMatchObject({ ok: true, text: expect.not.stringContaining('telephone-event') });
    expect(result.ok && result.remote.telephoneEvent).toBe(undefined);
  });

  it('counts the version of the session on', () => {
    const first = answerOffer(audio('0'), local);
    const second = answerOffer(audio('0', 'sendonly'), local, first.ok ? first.sdp : undefined);
    expect([first, second].map((each) => each.ok && /o=- 7 (\d+)/.exec(each.text)?.[1])).toEqual(['1', '2']);
  });
});

it('offers its codecs in the order asked for, and tells the events of both sides apart', () => {
  const { sdp, text } = makeOffer({ ...local, codecs: ['PCMA', 'PCMU'] });
  expect(text).toContain('m=audio 20000 RTP/AVP 8 0 101\r\n');
  const result = settleAnswer(sdp, audio('8 96', 'rtpmap:96 telephone-event/8000'), local);
  expect(result).toMatchObject({
    ok: true,
    remote: { codec: 'PCMA', telephoneEvent: 96, telephoneEventIn: 101 },
  });
});

it('does not ask for comfort noise, and goes on with what was agreed', () => {
  expect(makeOffer(local).text).not.toMatch(/ 13\b|CN/);
  const first = answerOffer(audio('0 13'), local);
  if (!first.ok) throw new Error(first.detail);
  const { sdp } = makeReoffer(first.sdp, 'sendonly');
  expect(settleAnswer(sdp, audio('0 13', 'recvonly'), local)).toMatchObject({ ok: true, remote: { comfortNoise: 13 } });
});

it('has every codec, and each once', () => {
  expect(usableCodecs(['GSM', 'PCMA', 'GSM'])).toEqual(['GSM', 'PCMA']);
  expect(usableCodecs(undefined, ['PCMA', 'GSM', 'PCMA'])).toEqual(['PCMA', 'GSM']);
});

// D-CODEC: GSM is of the Cloud UA, whose calls have their media elsewhere.
it('knows G.711 alone where nothing else is said', () => {
  const ordinary: Local = { ...local, codecs: usableCodecs(undefined) };
  expect(makeOffer(ordinary).text).toMatch(/^m=audio \d+ RTP\/AVP 0 8 101\r$/m);
  expect(answerOffer(audio('3 8 0'), ordinary)).toMatchObject({ ok: true, remote: { codec: 'PCMA' } });
  expect(answerOffer(audio('3'), ordinary)).toMatchObject({ ok: false });
});

it.each([
  [10, 20],
  [20, 20],
  [30, 20],
  [50, 40],
  [60, 60],
])('packets of GSM hold whole frames: %i ms asked for are %i', (asked, ptime) => {
  const gsm: Local = { ...local, codecs: ['GSM'] };
  const result = answerOffer(audio('3', `ptime:${asked}`), gsm);
  expect(result).toMatchObject({ ok: true, remote: { codec: 'GSM', payloadType: 3, ptime } });
  expect(result.ok && /a=ptime:\d+/.exec(result.text)?.[0]).toBe(`a=ptime:${ptime}`);
});

it.each([
  ['0', 'ptime:30', true],
  ['3', 'ptime:20', true],
  ['0', 'sendrecv', undefined],
])('knows whether a packet time was asked for: %s, %s', (formats, line, paced) => {
  const result = answerOffer(audio(formats, line), { ...local, codecs: ['PCMU', 'GSM'] });
  expect(result.ok && result.remote.paced).toBe(paced);
});
