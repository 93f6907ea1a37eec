import { expect, it } from 'vitest';
import { audioSection, mediaSections, originOf, wellFormed } from './description.ts';

const sdp = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');
const head = ['v=0', 'o=- 7 18446744073709551615 IN IP4 10.0.0.1', 's=-'];
const whole = sdp(
  ...head,
  'c=IN IP4 10.0.0.1',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'm=audio 20000 RTP/AVP 8 101',
  'c=IN IP4 10.0.0.2',
  'a=rtpmap:101 telephone-event/8000',
);

it('takes sections apart, with the address that holds for each', () => {
  expect(mediaSections(whole).map(({ kind, port, address }) => [kind, port, address])).toEqual([
    ['video', 0, '10.0.0.1'],
    ['audio', 20_000, '10.0.0.2'],
  ]);
  expect(audioSection(whole)).toMatchObject({ formats: [8, 101], attributes: ['rtpmap:101 telephone-event/8000'] });
  expect(originOf(whole)).toEqual({ id: '7', version: 18_446_744_073_709_551_615n });
});

it.each([
  { name: 'a whole one', text: whole, well: true },
  { name: 'one without t', text: sdp(...head, 'c=IN IP4 10.0.0.1', 'm=audio 1 RTP/AVP 0'), well: false },
  { name: 'one in another order', text: sdp('v=0', 's=-', 't=0 0'), well: false },
  { name: 'one without an address', text: sdp(...head, 't=0 0', 'm=audio 1 RTP/AVP 0'), well: false },
  { name: 'nothing', text: '', well: false },
])('knows $name', ({ text, well }) => {
  expect(wellFormed(text)).toBe(well);
});
