/**
 * Ringing tones of national networks as ITU-T E.180 Supplement 2 and the ITU's Operational Bulletin 781 list them, in the
 * notation of those lists: `400+450` two frequencies at once, `400x25` one that the other modulates; then seconds of tone
 * and silence in turn. Facts, looked up apart from `tones.ts` and compared: A the tone zones of Asterisk, S those of
 * spandsp, F the call progress tones of FreeSWITCH, W webtone, C Crocodile RTC. Where they differ, what most of them have
 * is here, and the letters name who agrees; of TW and VE there was nobody but A.
 */
import type { TonePlan } from '../tone-plan.ts';

type Fact = readonly [plan: TonePlan, frequencies: string, seconds: readonly number[], sources: string];

const twice = [0.4, 0.2, 0.4, 2] as const;

export const ringingTones: readonly Fact[] = [
  ['AT', '420', [1, 5], 'ASC'],
  ['AU', '400x17', twice, 'SF'],
  ['BE', '425', [1, 3], 'ASFC'],
  ['BG', '425', [1, 4], 'AS'],
  ['BR', '425', [1, 4], 'ASC'],
  ['CA', '440+480', [2, 4], 'SF'],
  ['CH', '425', [1, 4], 'ASC'],
  ['CL', '400', [1, 3], 'ASC'],
  ['CN', '450', [1, 4], 'ASF'],
  ['CZ', '425', [1, 4], 'ASF'],
  ['DE', '425', [1, 4], 'AF'],
  ['DK', '425', [1, 4], 'ASFC'],
  ['EE', '425', [1, 4], 'ASC'],
  ['ES', '425', [1.5, 3], 'ASF'],
  ['FI', '425', [1, 4], 'ASFC'],
  ['FR', '440', [1.5, 3.5], 'ASF'],
  ['GB', '400+450', twice, 'ASFWC'],
  ['GR', '425', [1, 4], 'ASC'],
  ['HU', '425', [1.25, 3.75], 'AFWC'],
  ['ID', '425', [1, 4], 'ASC'],
  ['IL', '400', [1, 3], 'SFC'],
  ['IN', '400x25', twice, 'ASF'],
  ['IT', '425', [1, 4], 'AS'],
  // By 15 to 20 Hz: A has 15, S 16, F 20.
  ['JP', '400x16', [1, 2], 'S'],
  ['LT', '425', [1, 4], 'AC'],
  ['MX', '425', [1, 4], 'ASC'],
  ['MY', '425', twice, 'AS'],
  ['NL', '425', [1, 4], 'ASW'],
  ['NO', '425', [1, 4], 'AS'],
  ['NZ', '400+450', twice, 'AS'],
  ['PH', '425+480', [1, 4], 'ASC'],
  ['PL', '425', [1, 4], 'ASF'],
  ['PT', '425', [1, 5], 'AS'],
  ['RU', '425', [0.8, 3.2], 'SFC'],
  ['SE', '425', [1, 5], 'AS'],
  ['SG', '425x24', twice, 'AS'],
  ['TH', '400', [1, 4], 'SC'],
  ['TW', '440+480', [1, 2], 'A'],
  ['US', '440+480', [2, 4], 'ASFW'],
  ['VE', '425', [1, 4], 'A'],
  ['ZA', '400x33', twice, 'AS'],
];
