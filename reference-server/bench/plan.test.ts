import { describe, expect, it } from 'vitest';
import { addressOf, bridged, direct, offerOf, portOf, writePlan } from './plan.ts';

describe('what the load program is told', () => {
  it('pairs far ends that hear each other', () => {
    expect(writePlan(bridged([4000, 4002, 4004, 4006]))).toBe(
      '4000 0 160 1 1\n4002 0 160 1 0\n4004 0 160 1 3\n4006 0 160 1 2\n',
    );
  });

  it('sends past any relay to port 0', () => {
    expect(direct(1).map(({ port, from }) => [port, from])).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('says -1 for packets of the other side’s own making', () => {
    expect(writePlan([{ port: 9, payloadType: 3, bytes: 33, talks: false, from: undefined }])).toBe('9 3 33 0 -1\n');
  });

  it.each([
    [0, '127.16.0.0'],
    [255, '127.16.0.255'],
    [1599, '127.16.6.63'],
  ])('gives far end %i the address %s', (index, address) => {
    expect(addressOf(index)).toBe(address);
  });

  it('describes a far end with its address, port and codec', () => {
    const sdp = offerOf(300, 26_000, 'GSM');
    expect(sdp).toContain('c=IN IP4 127.16.1.44\r\n');
    expect(sdp).toContain('a=rtpmap:3 GSM/8000\r\n');
    expect(portOf(sdp)).toBe(26_000);
  });

  it.each([
    ['a refused stream', 'm=audio 0 RTP/AVP 0\r\n'],
    ['no stream', 'v=0\r\n'],
  ])('finds no port in %s', (_name, sdp) => {
    expect(portOf(sdp)).toBeUndefined();
  });
});
