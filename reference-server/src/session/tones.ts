/** Ringing tones of networks, by country (ITU-T E.180 supplement 2): what a caller knows as "it rings there". */
import type { Tone } from './ports.ts';
import type { TonePlan } from './tone-plan.ts';

const tones: Readonly<Record<TonePlan, Tone>> = {
  AU: { frequencies: [400, 425, 450], cadence: [400, 200, 400, 2_000] },
  DE: { frequencies: [425], cadence: [1_000, 4_000] },
  DK: { frequencies: [425], cadence: [1_000, 4_000] },
  ES: { frequencies: [425], cadence: [1_500, 3_000] },
  FI: { frequencies: [425], cadence: [1_000, 4_000] },
  FR: { frequencies: [440], cadence: [1_500, 3_500] },
  GB: { frequencies: [400, 450], cadence: [400, 200, 400, 2_000] },
  IT: { frequencies: [425], cadence: [1_000, 4_000] },
  NL: { frequencies: [425], cadence: [1_000, 4_000] },
  NO: { frequencies: [425], cadence: [1_000, 4_000] },
  SE: { frequencies: [425], cadence: [1_000, 5_000] },
  US: { frequencies: [440, 480], cadence: [2_000, 4_000] },
};

export const ringingTone = (plan: TonePlan): Tone => tones[plan];
