import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as sdpLayer from './index.ts';
import { parseSdp, type Sdp, serializeSdp } from './index.ts';

const text = (...rows: string[]) => `${rows.join('\r\n')}\r\n`;
const head = ['v=0', 'o=- 20 1 IN IP4 192.0.2.1', 's=-'];

function parsed(...rows: string[]): Sdp {
  const result = parseSdp(text(...rows));
  if (!result.ok) throw new Error(result.error.message);
  return result.sdp;
}

describe('parseSdp', () => {
  it('keeps every line in its order, known or not', () => {
    const rows = [
      ...head,
      'i=about',
      'u=http://x.example',
      'e=a@b',
      'p=+1',
      'c=IN IP4 224.2.1.1/127',
      'b=AS:64',
      'q=unknown',
      't=0 0',
      'r=7d 1h 0 25h',
      'z=1 -1h',
      'k=clear:x',
      'a=tool:x',
      'm=audio 49170/2 RTP/AVP 0 8',
      'y=unknown',
      'a=ptime:20',
      'm=video 0 RTP/AVP 31',
      'i=film',
      'm=image 5 udptl t38',
    ];
    const sdp = parsed(...rows);
    expect(serializeSdp(sdp)).toBe(text(...rows));
    expect(sdp.media).toEqual([
      {
        media: 'audio',
        port: 49170,
        portCount: 2,
        protocol: 'RTP/AVP',
        formats: ['0', '8'],
        lines: [
          { type: 'y', value: 'unknown' },
          { type: 'a', value: 'ptime:20' },
        ],
      },
      { media: 'video', port: 0, protocol: 'RTP/AVP', formats: ['31'], lines: [{ type: 'i', value: 'film' }] },
      { media: 'image', port: 5, protocol: 'udptl', formats: ['t38'], lines: [] },
    ]);
  });

  it('takes LF, bytes and UTF-8', () => {
    const result = parseSdp(Buffer.from('v=0\no=- 1 1 IN IP6 ::1\ns=Gespräch\n\n'));
    expect(result.ok && serializeSdp(result.sdp)).toBe('v=0\r\no=- 1 1 IN IP6 ::1\r\ns=Gespräch\r\n');
  });

  it.each([
    ['nothing', '', 1, /No session/],
    ['no version', text('o=- 1 1 IN IP4 h'), 1, /v=0/],
    ['version 1', text('v=1'), 1, /v=0/],
    ['no origin', text('v=0', 's=-'), 2, /o= is missing/],
    ['a short origin', text('v=0', 'o=- 1 IN IP4 h'), 2, /o= is malformed/],
    ['an address type that is none', text(...head, 'c=IN IP5 h'), 4, /c= is malformed/],
    ['a line without =', text(...head, 'hello'), 4, /one letter/],
    ['an upper-case letter', text(...head, 'A=x'), 4, /one letter/],
    ['an empty line inside', text(...head, '', 't=0 0'), 4, /one letter/],
    ['m= without formats', text(...head, 'm=audio 4 RTP/AVP'), 4, /m= is malformed/],
    ['m= with a port in words', text(...head, 'm=audio x RTP/AVP 0'), 4, /m= is malformed/],
    ['m= with a port too large', text(...head, 'm=audio 65536 RTP/AVP 0'), 4, /m= is malformed/],
    ['a letter alone, in a section', text(...head, 'm=audio 4 RTP/AVP 0', 'a'), 5, /one letter/],
  ])('%s is refused', (_name, input, line, message) => {
    expect(parseSdp(input)).toEqual({ ok: false, error: { line, message: expect.stringMatching(message) } });
  });

  it('never throws, and all readers take what it gives', () => {
    const row = fc.oneof(
      fc.stringMatching(/^[a-z]=[ -~]{0,20}$/),
      fc.constantFrom(
        'm=audio 4 RTP/AVP 0 96 x',
        'a=rtpmap:96',
        'a=rtpmap:96 x/8000/2',
        'a=fmtp:96 y',
        'c=IN IP4 0.0.0.0',
        'a=ptime:x',
        'a=rtcp:',
      ),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const result = parseSdp(text(...head, ...rows));
        if (!result.ok) {
          expect(result.error.line).toBeGreaterThan(0);
          return;
        }
        expect(serializeSdp(result.sdp)).toBe(text(...head, ...rows));
        sdpLayer.audioOf(result.sdp);
        sdpLayer.originOf(result.sdp);
      }),
      { seed: 8866, numRuns: 500 },
    );
  });
});

describe('readers', () => {
  it('originOf', () => {
    expect(sdpLayer.originOf(parsed('v=0', 'o=jo 99999999999999999999 3 IN IP6 2001:db8::1', 's=-'))).toEqual({
      username: 'jo',
      sessionId: '99999999999999999999',
      version: '3',
      addressType: 'IP6',
      address: '2001:db8::1',
    });
  });

  const audio = (...rows: string[]) => sdpLayer.audioOf(parsed(...head, ...rows));

  it('audioOf: all of it', () => {
    const rows = [
      'c=IN IP4 192.0.2.9',
      't=0 0',
      'm=video 9 RTP/AVP 31',
      'm=audio 0 RTP/AVP 0',
      'm=audio 4000 RTP/AVP 8 0 96 101 97 x 13',
      'c=IN IP4 192.0.2.7/127',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96 useinbandfec=1; stereo=1',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:30',
      'a=sendonly',
      'a=rtcp:4009 IN IP4 192.0.2.7',
    ];
    const event = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-15' };
    expect(audio(...rows)).toEqual({
      address: '192.0.2.7',
      port: 4000,
      rtcpPort: 4009,
      direction: 'sendonly',
      ptime: 30,
      telephoneEvent: event,
      codecs: [
        { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1 },
        { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 },
        { payloadType: 96, name: 'opus', clockRate: 48000, channels: 2, fmtp: 'useinbandfec=1; stereo=1' },
        event,
        { payloadType: 13, name: 'CN', clockRate: 8000, channels: 1 },
      ],
    });
  });

  it.each([
    ['with a voice, those of its clock', '0 96 97', 97],
    ['alone, the first', '96 97', 96],
  ])('telephone-event %s', (_name, formats, payloadType) => {
    const maps = ['a=rtpmap:96 telephone-event/16000', 'a=rtpmap:97 telephone-event/8000'];
    expect(audio('c=IN IP4 h', `m=audio 9 RTP/AVP ${formats}`, ...maps)?.telephoneEvent?.payloadType).toBe(payloadType);
  });

  it.each([
    ['no audio', ['c=IN IP4 h', 'm=video 9 RTP/AVP 31']],
    ['audio switched off', ['c=IN IP4 h', 'm=audio 0 RTP/AVP 0']],
    ['no address', ['m=audio 9 RTP/AVP 0']],
  ])('audioOf: %s', (_name, rows) => {
    expect(audio(...rows)).toBeUndefined();
  });

  it.each([
    ['said nowhere', [], [], 'sendrecv'],
    ['said by the session', ['a=recvonly'], [], 'recvonly'],
    ['said by both', ['a=recvonly'], ['a=inactive'], 'inactive'],
    ['0.0.0.0 of an old hold', ['c=IN IP4 0.0.0.0'], [], 'sendonly'],
    ['0.0.0.0 and recvonly', ['c=IN IP4 0.0.0.0'], ['a=recvonly'], 'inactive'],
    [':: and inactive', ['c=IN IP6 ::'], ['a=inactive'], 'inactive'],
  ])('direction %s', (_name, session, section, direction) => {
    const rows = session.some((row) => row.startsWith('c=')) ? session : ['c=IN IP4 h', ...session];
    expect(audio(...rows, 'm=audio 9 RTP/AVP 0', ...section)).toMatchObject({ direction, rtcpPort: 10 });
  });

  it.each([
    [0, 'PCMU', 8000],
    [3, 'GSM', 8000],
    [8, 'PCMA', 8000],
    [9, 'G722', 8000],
    [18, 'G729', 8000],
    [11, 'L16', 44100],
  ])('static type %i is %s', (type, name, clockRate) => {
    expect(sdpLayer.staticCodec(type)).toEqual({ name, clockRate, channels: 1 });
  });

  it.each([[1], [35], [96], [127]])('type %i is not static', (type) => {
    expect(sdpLayer.staticCodec(type)).toBeUndefined();
  });

  it.each([
    ['ptime', ['20']],
    ['rtpmap', ['0 PCMU/8000', '8 PCMA/8000']],
    ['mid', []],
    ['rtcp-mux', ['']],
  ])('attributes %s', (name, values) => {
    const sdp = parsed(
      ...head,
      'm=audio 9 RTP/AVP 0 8',
      'a=ptime:20',
      'a=rtpmap:0 PCMU/8000',
      'a=rtcp-mux',
      'a=rtpmap:8 PCMA/8000',
      'b=mid:x',
    );
    expect(sdpLayer.attributes(sdp.media[0]?.lines ?? [], name)).toEqual(values);
  });

  it.each([
    ['0', true],
    ['127', true],
    ['128', false],
    ['1000', false],
    ['x', false],
  ])('format %s is a payload type: %s', (format, is) => {
    const view = audio('c=IN IP4 h', `m=audio 9 RTP/AVP ${format}`, `a=rtpmap:${format} L16/8000`);
    expect(view?.codecs.map(({ payloadType }) => String(payloadType))).toEqual(is ? [format] : []);
  });

  it.each([['a=ptime:0'], ['a=ptime:x'], ['a=ptime:-20']])('%s is no packet time', (row) => {
    expect(audio('c=IN IP4 h', 'm=audio 9 RTP/AVP 0', row)).not.toHaveProperty('ptime');
  });
});
