/** Who hears whom of two ends on the wire: each sends a tone of its own, and the other one's is looked for. */
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { TestContext } from '../../harness/types.ts';

/** Whether `listener` hears a tone that `speaker` now sends for a second. */
export async function carries(
  ctx: TestContext,
  speaker: RtpProbe,
  listener: RtpProbe,
  frequency: number,
): Promise<boolean> {
  const from = ctx.harness.clock.now();
  const [heard] = await Promise.all([
    listener.waitForTone(frequency, 200, 1500 + ctx.target.timers.quietMs, from).then(
      () => true,
      () => false,
    ),
    speaker.sendTone(frequency, 1000),
  ]);
  return heard;
}

/** Whether each hears the other: `[second hears first, first hears second]`. */
export const bothWays = (
  ctx: TestContext,
  first: RtpProbe,
  second: RtpProbe,
  frequencies: readonly [number, number] = [650, 1300],
): Promise<[boolean, boolean]> =>
  Promise.all([carries(ctx, first, second, frequencies[0]), carries(ctx, second, first, frequencies[1])]);
