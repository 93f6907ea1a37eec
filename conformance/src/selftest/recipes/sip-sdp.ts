/** SDP of the target that says something else. */
import { sip } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

export const descriptions: readonly Recipe[] = [
  wire(
    'held',
    'SDP holds',
    sip
      .any()
      .withSdp()
      .sdp((line) => (/^a=(sendrecv|sendonly|recvonly)$/.test(line) ? 'a=inactive' : line)),
  ),
  wire(
    'not held',
    'SDP does not hold',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^a=(inactive|sendonly|recvonly)$/, 'a=sendrecv')),
  ),
  wire(
    'no events',
    'SDP has no telephone-event',
    sip
      .any()
      .withSdp()
      .sdp((line) => (/telephone-event/.test(line) ? undefined : line.replace(/^(m=audio .*?) 101\b/, '$1'))),
  ),
  wire(
    'other codec',
    'SDP names another codec first',
    sip
      .any()
      .withSdp()
      .sdp((line) =>
        line.replace(
          /^(m=audio \d+ \S+) (\d+)( .*)?$/,
          (_all, head: string, first: string, rest = '') => `${head} ${first === '0' ? '8' : '0'}${rest}`,
        ),
      ),
  ),
  wire(
    'other ptime',
    'SDP names another packet time',
    sip
      .any()
      .withSdp()
      .sdp((line) => (line.startsWith('a=ptime') ? 'a=ptime:30' : line)),
  ),
  wire(
    'other version',
    'The version of SDP stays the same',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^o=(\S+) (\d+) \d+ /, 'o=$1 $2 1 ')),
  ),
  wire(
    'other media address',
    'SDP names an address where nobody is',
    sip
      .any()
      .withSdp()
      .sdp((line) => (line.startsWith('c=') ? 'c=IN IP4 127.0.0.9' : line)),
  ),
  wire(
    'rejected media',
    'SDP rejects the audio',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^m=audio \d+/, 'm=audio 0')),
  ),
];
