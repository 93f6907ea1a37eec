import { callback, mutant } from '../dsl/index.ts';

export const newcall = [
  mutant(
    'newcall/called-party-cut',
    'newCall leaves the first character of the called party out',
    'newcall-called-party',
    callback('newCall').change('/calledParty', (was) => String(was).slice(1)),
  ),
  mutant(
    'newcall/twice-for-a-retransmission',
    'newCall comes twice for one call',
    'newcall-asked',
    callback('newCall').double(),
  ),
];
