/** A tone of its own for each leg, sent all the time: what a leg hears tells whom it hears, and since when. */
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { audio } from '../../harness/index.ts';
import { medianOf, placedPackets } from './stream.ts';

/** No multiples of each other, nor sums or differences of two: what a distortion makes of them is none of them. */
export const watermarks = [530, 870, 1410, 2270] as const;
/** Below this a frequency is not there, dBov. Noise of G.711 and the window's lobes lie lower. */
export const absentDb = -55;
const windowMs = 50;
/**
 * Where the tone that is due breaks off, as when this suite stands still, its edge has some of each frequency: up to -41 dBov in
 * one window, or in two where the edge lies between them. What is louder, or lasts, is no edge.
 */
const edgeDb = -30;
const edgeWindows = 2;

/** Sends the watermark from now on, for longer than any scenario looks. Resolves when the leg is closed. */
export const mark = (rtp: RtpProbe, frequency: number): void => void rtp.sendTone(frequency, 20_000);

export interface Marks {
  /** Watermarks that were there: for more than two windows of 50 ms on end, or too loud for the edge of another one. */
  readonly present: readonly number[];
  /** By watermark: the lowest. */
  readonly faintest: ReadonlyMap<number, number>;
  /** By watermark: the one in the middle. */
  readonly median: ReadonlyMap<number, number>;
  readonly windows: number;
}

/** What a leg heard of each watermark in the packets that came from `from` to `to`, points of the run's clock. */
export async function marksHeard(rtp: RtpProbe, from: number, to: number, payloadType = 0): Promise<Marks> {
  const { pcm } = await rtp.audio();
  // A relay keeps the timestamps of who speaks, so a place in the stream tells nothing about when it came.
  const came = (await placedPackets(rtp, payloadType)).filter(({ at }) => at >= from && at < to);
  const start = came[0]?.offsetMs ?? 0;
  const stretch = audio.cut(pcm, start, (came.at(-1)?.offsetMs ?? start) - start);
  const windows = Math.floor(stretch.length / 8 / windowMs);
  const levels = (frequency: number): number[] =>
    Array.from({ length: windows }, (_, i) => audio.levelAt(audio.cut(stretch, i * windowMs, windowMs), frequency));
  const each = watermarks.map((frequency) => [frequency, levels(frequency)] as const);
  return {
    present: each.filter(([, all]) => isPresent(all)).map(([frequency]) => frequency),
    median: new Map(each.map(([frequency, all]) => [frequency, medianOf(all)])),
    faintest: new Map(each.map(([frequency, all]) => [frequency, Math.min(...all)])),
    windows,
  };
}

/** Whether these windows, dBov, hold a tone. */
export const isPresent = (levels: readonly number[]): boolean =>
  levels.some(
    (level, at) =>
      level > edgeDb ||
      (at >= edgeWindows && levels.slice(at - edgeWindows, at + 1).every((beside) => beside > absentDb)),
  );
