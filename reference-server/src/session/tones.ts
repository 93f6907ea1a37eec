/** Ringing tones of networks, by country (ITU-T E.180 supplement 2): what a caller knows as "it rings there". */
import type { Tone } from './ports/phrase.ts';
import type { TonePlan } from './tone-plan.ts';

/** A carrier that is modulated wholly, as the sum that it is: both side bands at half its level. */
const modulated = (carrier: number, by: number): readonly number[] => [carrier - by, carrier, carrier, carrier + by];

const tones: Readonly<Record<TonePlan, Tone>> = {
  AT: { frequencies: [420], cadence: [1_000, 5_000] },
  AU: { frequencies: modulated(400, 17), cadence: [400, 200, 400, 2_000] },
  BE: { frequencies: [425], cadence: [1_000, 3_000] },
  BG: { frequencies: [425], cadence: [1_000, 4_000] },
  BR: { frequencies: [425], cadence: [1_000, 4_000] },
  CA: { frequencies: [440, 480], cadence: [2_000, 4_000] },
  CH: { frequencies: [425], cadence: [1_000, 4_000] },
  CL: { frequencies: [400], cadence: [1_000, 3_000] },
  CN: { frequencies: [450], cadence: [1_000, 4_000] },
  CZ: { frequencies: [425], cadence: [1_000, 4_000] },
  DE: { frequencies: [425], cadence: [1_000, 4_000] },
  DK: { frequencies: [425], cadence: [1_000, 4_000] },
  EE: { frequencies: [425], cadence: [1_000, 4_000] },
  ES: { frequencies: [425], cadence: [1_500, 3_000] },
  FI: { frequencies: [425], cadence: [1_000, 4_000] },
  FR: { frequencies: [440], cadence: [1_500, 3_500] },
  GB: { frequencies: [400, 450], cadence: [400, 200, 400, 2_000] },
  GR: { frequencies: [425], cadence: [1_000, 4_000] },
  HU: { frequencies: [425], cadence: [1_250, 3_750] },
  ID: { frequencies: [425], cadence: [1_000, 4_000] },
  IL: { frequencies: [400], cadence: [1_000, 3_000] },
  IN: { frequencies: modulated(400, 25), cadence: [400, 200, 400, 2_000] },
  IT: { frequencies: [425], cadence: [1_000, 4_000] },
  JP: { frequencies: modulated(400, 16), cadence: [1_000, 2_000] },
  LT: { frequencies: [425], cadence: [1_000, 4_000] },
  MX: { frequencies: [425], cadence: [1_000, 4_000] },
  MY: { frequencies: [425], cadence: [400, 200, 400, 2_000] },
  NL: { frequencies: [425], cadence: [1_000, 4_000] },
  NO: { frequencies: [425], cadence: [1_000, 4_000] },
  NZ: { frequencies: [400, 450], cadence: [400, 200, 400, 2_000] },
  PH: { frequencies: [425, 480], cadence: [1_000, 4_000] },
  PL: { frequencies: [425], cadence: [1_000, 4_000] },
  PT: { frequencies: [425], cadence: [1_000, 5_000] },
  RU: { frequencies: [425], cadence: [800, 3_200] },
  SE: { frequencies: [425], cadence: [1_000, 5_000] },
  SG: { frequencies: modulated(425, 24), cadence: [400, 200, 400, 2_000] },
  TH: { frequencies: [400], cadence: [1_000, 4_000] },
  TW: { frequencies: [440, 480], cadence: [1_000, 2_000] },
  US: { frequencies: [440, 480], cadence: [2_000, 4_000] },
  VE: { frequencies: [425], cadence: [1_000, 4_000] },
  ZA: { frequencies: modulated(400, 33), cadence: [400, 200, 400, 2_000] },
};

export const ringingTone = (plan: TonePlan): Tone => tones[plan];
