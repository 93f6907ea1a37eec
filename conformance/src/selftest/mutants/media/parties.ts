/** What two parties hear of each other. */
import { watermarks } from '../../../scenarios/support/watermark.ts';
import { rest, rtp, sip } from '../../dsl/index.ts';
import type { Mutant, SipRewrite } from '../../types.ts';
import { noted } from '../support.ts';
import { cut } from './cut.ts';
import { one } from './one.ts';

const [, second = 0] = watermarks;

/** The target is given another direction than the suite says. */
const directed = (wire: ReturnType<typeof sip.any>, from: string, to: string): SipRewrite =>
  wire.toTarget.withSdp().sdp((line) => (line === `a=${from}` ? `a=${to}` : line));

export const parties: readonly Mutant[] = [
  one(
    'each-hears-itself',
    'Two parties hear themselves',
    'each-hears-the-other',
    rtp.swap({ leg: 'caller', call: 1 }, { leg: 'callee', call: 1 }),
    'media/watermark-two-calls',
  ),
  one(
    'too-soft-for-the-other',
    'A party is heard 3 dB too soft',
    'each-hears-the-other',
    rtp.leg('caller').gain(-3),
    'media/watermark-two-calls',
  ),
  one(
    'calls-crossed',
    'The callers of two calls hear the other call',
    'calls-apart',
    rtp.swap({ leg: 'caller', call: 1 }, { leg: 'caller', call: 2 }),
    'media/watermark-two-calls',
  ),
  one(
    'first-word-cut',
    'The first 100 ms of what a party says are not heard',
    'first-word',
    cut(rtp.leg('caller'), 0, 5),
    'media/first-word',
  ),
  one(
    'heard-after-split',
    'After a split a party is still heard',
    'nothing-after-split',
    [
      noted(rest('splitConnection'), 'split'),
      rtp
        .leg('caller')
        .samples((pcm, { timestamp }, memory) =>
          memory.has('split')
            ? pcm.map((was, i) => was + 4000 * Math.sin((2 * Math.PI * second * (timestamp + i)) / 8000))
            : pcm,
        ),
    ],
    'media/watermark-after-split',
  ),
  one(
    'heard-on-hold',
    'A party that holds still hears the other',
    'nothing-on-hold',
    directed(sip.request('INVITE').inDialog(), 'sendonly', 'sendrecv'),
    'media/watermark-hold-sendonly-caller',
  ),
  one(
    'inactive-as-sendonly',
    'A party that has made its stream inactive is still heard',
    'nothing-on-hold',
    [
      directed(sip.request('INVITE').inDialog(), 'inactive', 'sendonly'),
      directed(sip.response('INVITE', 200), 'inactive', 'recvonly'),
    ],
    'media/watermark-hold-inactive-callee',
  ),
  one(
    'transcoded-too-soft',
    'What is transcoded is 6 dB too soft',
    'transcoded',
    rtp.leg('callee').gain(-6),
    'media/watermark-transcoded',
  ),
  one(
    'not-transcoded',
    'A party gets the codec of the other one',
    'transcoded',
    rtp.leg('callee').audio.set({ payloadType: 0 }),
    'media/watermark-transcoded',
  ),
];
