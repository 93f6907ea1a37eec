/** What SDP offers and answers (RFC 3264, RFC 4733, RFC 3389). */
import { rtp, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { one } from './one.ts';

const answer = sip.response('INVITE', 200).withSdp();

export const descriptions: readonly Mutant[] = [
  one(
    'codec-of-its-own-choice',
    'The answer takes another codec than the first that both know',
    'answer-codec',
    answer.sdp((line) =>
      line.replace(
        /^(m=audio \d+ \S+) (\d+)/,
        (_all, head: string, first: string) => `${head} ${first === '0' ? '8' : '0'}`,
      ),
    ),
    'media/first-common-codec',
  ),
  one(
    'no-codec-told-otherwise',
    'An offer without a codec in common gets 480',
    'no-common-codec',
    sip.response('INVITE', 488).status(480),
    'media/no-common-codec',
  ),
  one(
    'gsm-answered',
    'GSM stands behind G.711 in an answer',
    'gsm-not-answered',
    answer.sdp((line) => line.replace(/^m=audio \d+ .*/, '$& 3')),
    'media/gsm-not-answered',
  ),
  one(
    'gsm-taken',
    'An offer of GSM alone is answered',
    'gsm-not-answered',
    sip
      .request('INVITE')
      .toTarget.withSdp()
      .sdp((line) => line.replace(/^(m=audio \d+ \S+) 3( 101)?$/, '$1 3 0$2')),
    'media/gsm-not-answered',
  ),
  one(
    'gsm-offered',
    'The offer in a 200 has GSM behind G.711',
    'gsm-not-offered',
    answer.sdp((line) => line.replace(/^m=audio \d+ .*/, '$& 3')),
    'media/gsm-not-offered',
  ),
  one(
    'no-events',
    'telephone-event is not answered',
    'telephone-event-answered',
    answer.sdp((line) => (/:96 /.test(line) ? undefined : line.replace(/^(m=audio .*?) 96\b/, '$1'))),
    'dtmf/payload-type-96',
  ),
  one(
    'offer-without-pcma',
    'The offer in a 200 has no PCMA',
    'no-offer',
    answer.sdp((line) => line.replace(/^(m=audio \d+ \S+ 0) 8\b/, '$1')),
    'media/late-offer',
  ),
  one(
    'codec-of-the-ack-unheeded',
    'The codec in the ACK is not heeded',
    'no-offer',
    rtp.audio.set({ payloadType: 0 }),
    'media/late-offer',
  ),
  one(
    'video-taken',
    'A stream of video is accepted',
    'other-media-refused',
    answer.sdp((line) => line.replace(/^m=video 0/, 'm=video 9')),
    'media/other-media',
  ),
  one(
    'streams-out-of-order',
    'The answer leaves refused streams out',
    'other-media-refused',
    answer.sdp((line) => (line.startsWith('m=video') ? undefined : line)),
    'media/other-media',
  ),
  one(
    'noise-unasked',
    'Comfort noise is in the answer to an offer without it',
    'noise-not-asked-for',
    answer.sdp((line) => (/^m=audio .* 13\b/.test(line) ? line : line.replace(/^m=audio.*/, '$& 13'))),
    'media/noise-answered',
  ),
];
