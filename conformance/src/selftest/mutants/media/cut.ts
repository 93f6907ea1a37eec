import type { rtp } from '../../dsl/index.ts';
import type { Memory, RtpRewrite } from '../../types.ts';

const loud = (pcm: Int16Array): boolean => pcm.some((sample) => Math.abs(sample) > 1000);

/** So many packets with a sound have come on this way. */
function sounding(way: string, memory: Memory): number {
  const key = `sounding ${way}`;
  const count = Number(memory.get(key) ?? 0) + 1;
  memory.set(key, count);
  return count;
}

/** Sound from so many packets of it on, or until then, is silence. */
export const cut = (wire: typeof rtp, from: number, to = Number.POSITIVE_INFINITY): RtpRewrite =>
  wire.samples((pcm, { way }, memory) => {
    if (!loud(pcm)) return pcm;
    const count = sounding(way, memory);
    return count > from && count <= to ? pcm.fill(0) : pcm;
  });
