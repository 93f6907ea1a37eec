import { watermarks } from '../../scenarios/support/watermark.ts';
import { mutant, rest, rtcp, rtp, sip } from '../dsl/index.ts';
import type { Memory, Mutant, Rewrite, RtpRewrite } from '../types.ts';
import { noted } from './support.ts';

const one = (
  name: string,
  title: string,
  slug: string,
  rewrite: Rewrite | readonly Rewrite[],
  scenario: string,
): Mutant => mutant(`media/${name}`, title, `media-${slug}`, rewrite, { scenarios: [scenario] });

const answer = sip.response('INVITE', 200).withSdp();
/** Packet types of RTCP (RFC 3550 12.1). */
const [senderReport, description, goodbye] = [200, 202, 203];
const comfortNoise = 13;

const loud = (pcm: Int16Array): boolean => pcm.some((sample) => Math.abs(sample) > 1000);

/** So many packets with a sound have come on this way. */
function sounding(way: string, memory: Memory): number {
  const key = `sounding ${way}`;
  const count = Number(memory.get(key) ?? 0) + 1;
  memory.set(key, count);
  return count;
}

/** Sound from so many packets of it on, or until then, is silence. */
const cut = (wire: typeof rtp, from: number, to = Number.POSITIVE_INFINITY): RtpRewrite =>
  wire.samples((pcm, { way }, memory) => {
    if (!loud(pcm)) return pcm;
    const count = sounding(way, memory);
    return count > from && count <= to ? pcm.fill(0) : pcm;
  });

const descriptions: readonly Mutant[] = [
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

/** Fifteen packets of a prompt come at once, late. */
const burst = rtp.edit(({ index }) =>
  index >= 60 ? { lateMs: Math.max(0, 20 * (74 - index)), inOrder: true } : undefined,
);

const stream: readonly Mutant[] = [
  one('pcmu-silent', 'A prompt over PCMU is silence', 'pcmu', rtp.silence(), 'media/prompt-pcmu'),
  one('pcma-silent', 'A prompt over PCMA is silence', 'pcma', rtp.silence(), 'media/prompt-pcma'),
  one(
    'ssrc-changes',
    'A stream changes its SSRC',
    'rtp-version',
    rtp.during(1500).set({ ssrc: 4711 }),
    'media/prompt-pcmu',
  ),
  one(
    'other-payload-type',
    'Some packets have a payload type that nobody agreed to',
    'rtp-version',
    rtp.edit((packet) => {
      return packet.index === 5 ? { also: [{ ...packet, payloadType: 98 }] } : undefined;
    }),
    'media/prompt-pcmu',
  ),
  one(
    'sequence-jumps',
    'Sequence numbers leave one out',
    'rtp-sequence',
    rtp.changing((packet) => {
      if (packet.index >= 100) packet.sequence += 1;
    }),
    'media/prompt-pcmu',
  ),
  one(
    'timestamp-jumps',
    'Timestamps grow by one too many once',
    'rtp-timestamp',
    rtp.changing((packet) => {
      if (packet.index >= 100) packet.timestamp += 1;
    }),
    'media/prompt-pcmu',
  ),
  one(
    'ptime-unheeded',
    'Packets hold 20 ms whatever was asked for',
    'rtp-ptime',
    sip.request('INVITE').toTarget.sdp((line) => (line.startsWith('a=ptime') ? undefined : line)),
    'media/ptime-40',
  ),
  one(
    'three-at-a-time',
    'Packets come in threes every 60 ms',
    'rtp-pacing',
    rtp.edit(({ index }) => ({ lateMs: 20 * (2 - (index % 3)), inOrder: true })),
    'media/prompt-pcmu',
  ),
  one(
    'gap-and-burst',
    'After a gap of a quarter of a second packets come at once',
    'rtp-no-burst',
    burst,
    'media/prompt-pcmu',
  ),
  one(
    'clock-drifts',
    'The clock of the sender is slow by two percent',
    'rtp-no-drift',
    rtp.edit(({ index }) => ({ lateMs: index * 0.4, inOrder: true })),
    'media/ten-seconds',
  ),
  one(
    'from-another-port',
    'RTP comes from another port than the answer names',
    'rtp-address',
    answer.sdp((line) => line.replace(/^m=audio (\d+)/, (_all, port: string) => `m=audio ${Number(port) - 2}`)),
    'media/prompt-pcmu',
  ),
  one('rtp-after-bye', 'RTP goes on for 400 ms after BYE', 'rtp-stops', rtp.late(400), 'media/stops-with-bye'),
  one(
    'rtp-before-the-answer',
    'RTP is sent before the 200',
    'early-media-none',
    sip.response('INVITE', 200).late(350),
    'media/no-rtp-before-the-answer',
  ),
  one(
    'an-octave-higher',
    'A prompt is heard an octave higher',
    'prompt-frequency',
    rtp.samples((pcm) => pcm.map((_was, i) => pcm[(2 * i) % pcm.length] ?? 0)),
    'media/stereo-prompt',
  ),
  one('too-soft', 'A prompt is heard 3 dB too soft', 'prompt-level', rtp.gain(-3), 'media/levels'),
  one('cut-short', 'The end of a prompt is missing', 'prompt-duration', cut(rtp, 25), 'media/stereo-prompt'),
  one('strangers-key', 'A key of a stranger counts', 'bad-rtp', rtp.toTarget.doubleKey(), 'media/strange-packets'),
  one(
    'key-lost-with-a-packet',
    'Of keys on a lossy way one is lost',
    'rtp-loss',
    rtp.toTarget.loseKey(2),
    'media/lossy-network',
  ),
];

const control: readonly Mutant[] = [
  one(
    'cname-changes',
    'Each compound has another CNAME',
    'rtcp-compound',
    rtcp.changing(description, (packet, memory) => {
      const count = Number(memory.get('names') ?? 0) + 1;
      memory.set('names', count);
      packet[10] = 0x61 + (count % 26);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'packets-miscounted',
    'A sender report counts too many packets',
    'rtcp-sender',
    rtcp.changing(senderReport, (packet) => {
      packet.writeUInt32BE(packet.readUInt32BE(20) + 50, 20);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'octets-with-headers',
    'A sender report counts the headers as octets too',
    'rtcp-sender',
    rtcp.changing(senderReport, (packet) => {
      packet.writeUInt32BE(packet.readUInt32BE(24) + 12 * packet.readUInt32BE(20), 24);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'losses-miscounted',
    'A report tells of losses that were none',
    'rtcp-receiver',
    rtp.toTarget.loseEvery(8),
    'media/rtcp-ivr',
  ),
  one(
    'goodbye-of-another',
    'A goodbye names another stream',
    'rtcp-bye',
    rtcp.changing(goodbye, (packet) => {
      packet.writeUInt32BE(4711, 4);
    }),
    'media/rtcp-ivr',
  ),
];

const [, second = 0] = watermarks;

const parties: readonly Mutant[] = [
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

const noise: readonly Mutant[] = [
  one(
    'noise-of-another-level',
    'The level of a pause is told 20 dB too low',
    'noise-told',
    rtp
      .when(({ payloadType }) => payloadType === comfortNoise)
      .changing((packet) => {
        packet.payload = Buffer.from([Number(packet.payload[0]) + 20, ...packet.payload.subarray(1)]);
      }),
    'media/noise-told-pcmu',
  ),
  one(
    'new-stream-after-the-pause',
    'A new stream begins after a pause',
    'noise-stream',
    rtp.leg('callee').during(1200).set({ ssrc: 4711 }),
    'media/noise-heard-pcmu',
  ),
  one(
    'noise-is-no-life',
    'A party that sends comfort noise alone is taken for gone',
    'noise-no-timeout',
    rtp.toTarget.when(({ payloadType }) => payloadType === comfortNoise).lose(),
    'media/noise-no-timeout',
  ),
];

export const media: readonly Mutant[] = [descriptions, stream, control, parties, noise].flat();
