/** What a leg heard, held against what was played. Positions and lengths are counted in samples, not by the clock. */
import type { RtpProbe, ToneSegment } from '../../drivers/rtp-probe/types.ts';
import { audio } from '../../harness/index.ts';
import type { Expected } from '../../harness/types.ts';
import { between } from './expected.ts';
import { placedPackets } from './stream.ts';

/** A packet at each end of a prompt may be cut or filled up. */
export const packetMs = 20;
/** Within which the analysis finds the ends of a tone, ms. */
const measuringMs = 6;

/** Tones that came, in order; shorter ones than 60 ms are no prompts of ours. */
export async function tonesHeard(rtp: RtpProbe): Promise<ToneSegment[]> {
  return audio.toneSegments((await rtp.audio()).pcm, 60);
}

/** Frequencies in the order in which they were heard. */
export const frequenciesOf = (tones: readonly ToneSegment[]): number[] => tones.map(({ frequency }) => frequency);

/** Milliseconds without sound between each tone and the next. */
export const gapsBetween = (tones: readonly ToneSegment[]): number[] =>
  tones.slice(1).map((tone, i) => {
    const before = tones[i];
    return before === undefined ? 0 : tone.startMs - before.startMs - before.durationMs;
  });

/** The audio of the packets of a payload type that came from `from` to `to`, points of the run's clock. */
export async function heardBetween(rtp: RtpProbe, from: number, to: number, payloadType: number): Promise<Int16Array> {
  const { pcm } = await rtp.audio();
  // A relay keeps the timestamps of who speaks, so a place in the stream tells nothing about when it came.
  const came = (await placedPackets(rtp, payloadType)).filter(({ at }) => at >= from && at < to);
  const [first, last] = [came[0], came.at(-1)];
  if (first === undefined || last === undefined) return new Int16Array();
  return audio.cut(pcm, first.offsetMs, last.offsetMs - first.offsetMs + last.payloadBytes / 8);
}

/** Point of the run's clock at which the end of a tone arrived. */
export async function endOf(rtp: RtpProbe, tone: ToneSegment): Promise<number> {
  return (await rtp.audio()).startedAt + tone.startMs + tone.durationMs;
}

/** Point of the run's clock at which the last tone ended; NaN when there was none, so that whatever is expected of it fails. */
export async function endOfLast(rtp: RtpProbe): Promise<number> {
  const last = (await tonesHeard(rtp)).at(-1);
  return last === undefined ? Number.NaN : endOf(rtp, last);
}

/**
 * Each frequency, and nothing else, in this order. Half a hundredth is less than the ear and more than the analysis errs.
 * A tone whose sender or player stood still for more than what is held back against jitter has a cut, and is two to whoever
 * hears or records it. A cut stays a fault: one that is shorter than `asLongAs` forgives is found by nothing else. But where
 * the machine stood still, the target that shares it did too.
 */
export const theseTones = (...wanted: readonly number[]): Expected<readonly number[]> => ({
  that: `tones of ${wanted.join(', ')} Hz and no others`,
  holds: (heard) => heard.length === wanted.length && heard.every((one, i) => near(one, wanted[i] ?? 0)),
  bearsMs: 30,
});

export const near = (heard: number, wanted: number): boolean => Math.abs(heard - wanted) <= Math.max(3, wanted / 100);

/** From its first to its last sample, within a packet at each end. */
export const asLongAs = (milliseconds: number): Expected<unknown> => {
  const slack = 2 * packetMs + measuringMs;
  return {
    ...between(milliseconds - slack, milliseconds + slack),
    that: `${milliseconds} ms, give or take ${slack}`,
  };
};
