/** The packets of a prompt: codec, numbers, pace, sound (RFC 3550 5, RFC 3551). */
import { rtp, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { cut } from './cut.ts';
import { one } from './one.ts';

/** Fifteen packets of a prompt come at once, late. */
const burst = rtp.edit(({ index }) =>
  index >= 60 ? { lateMs: Math.max(0, 20 * (74 - index)), inOrder: true } : undefined,
);

export const stream: readonly Mutant[] = [
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
    sip
      .response('INVITE', 200)
      .withSdp()
      // A port that nobody has: two below its own there may be another end of this very call.
      .sdp((line) => line.replace(/^m=audio \d+/, 'm=audio 8')),
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
