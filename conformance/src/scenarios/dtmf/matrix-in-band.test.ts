/** Keys as tones, under everything that a network and a telephone do to them: each key is one digit, and nothing else is. */
import { scenario } from '../../harness/scenario.ts';
import { expectOnce, impaired, type Kind, lengths, matrixScenario, type Row } from '../support/key-matrix.ts';
import { type KeyTone, keyTones, musicLike, sweep, voiceLike } from '../support/key-tones.ts';

const tones =
  (...each: readonly KeyTone[]): Row['press'] =>
  async ({ media }, keys) => {
    for (const tone of each.length === 0 ? [{}] : each) await media.sendPcm(keyTones(keys, tone));
  };

const tonesOfEachLength: Row['press'] = async ({ media }, keys) => {
  for (const [i, durationMs] of lengths.entries()) {
    await media.sendPcm(keyTones(keys.slice(2 * i, 2 * i + 2), { durationMs, pauseMs: 60 }));
  }
};

const inBand: Kind = {
  kind: 'in-band',
  capability: 'in-band-dtmf',
  slug: 'dtmf-in-band-conditions',
  formats: '0 8',
  end: ({ media }) => media.sendPcm(keyTones('#')),
  rows: [
    {
      name: 'lengths',
      title: 'Tones of 40 to 200 ms, the same key twice in a row',
      keys: '1122334455',
      press: tonesOfEachLength,
    },
    { name: 'long', title: 'A tone of a second', keys: '8', press: tones({ durationMs: 1000 }) },
    { name: 'quiet', title: 'Tones at -30 dB', keys: '26D', press: tones({ level: -36 }) },
    {
      name: 'low-stronger',
      title: 'Tones whose lower one is 6 dB stronger',
      keys: '1269',
      press: tones({ twist: -6 }),
    },
    {
      name: 'high-stronger',
      title: 'Tones whose higher one is 3 dB stronger',
      keys: '159',
      press: tones({ twist: 3 }),
    },
    { name: 'sharp', title: 'Tones that are 1.5 % too high', keys: '236D', press: tones({ off: 1.5 }) },
    { name: 'flat', title: 'Tones that are 1.5 % too low', keys: '236D', press: tones({ off: -1.5 }) },
    {
      name: 'lost',
      title: 'Tones of 200 ms of which every sixth packet is lost',
      keys: '3360',
      press: impaired(6, ['lost'], tones({ durationMs: 200 })),
    },
    {
      name: 'doubled',
      title: 'Tones of 40 to 200 ms all of whose packets are doubled',
      keys: '1122334455',
      press: impaired(1, ['doubled'], tonesOfEachLength),
    },
    {
      name: 'out-of-order',
      title: 'Tones of 40 to 200 ms every second packet of which overtakes the next',
      keys: '1122334455',
      press: impaired(2, ['late'], tonesOfEachLength),
    },
  ],
};

for (const row of inBand.rows) scenario(...matrixScenario(inBand, row));

for (const [name, title, sound] of [
  ['voice', 'A voice whose harmonics pass all frequencies of a keypad', voiceLike],
  ['music', 'Chords', musicLike],
  ['sweep', 'A tone that goes through the band', sweep],
] as const) {
  scenario(
    {
      id: `dtmf/talk-off-${name}`,
      title: `${title} is no digit`,
      area: 'dtmf',
      capability: 'in-band-dtmf',
      requirements: ['dtmf-in-band-talk-off'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      expectOnce(ctx, 'dtmf-in-band-talk-off', inBand, {
        name,
        title,
        // One before and one behind show that somebody listened all the time.
        keys: '57',
        press: async ({ media }) => {
          await media.sendPcm(keyTones('5'));
          await media.sendPcm(sound(3));
          await media.sendPcm(keyTones('7'));
        },
      }),
  );
}
