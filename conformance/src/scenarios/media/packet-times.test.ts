import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { between, is, ofMany } from '../support/expected.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { withTone } from '../support/prompts.ts';
import { distances, during, placedPackets, sequenceSteps, timestampSteps } from '../support/stream.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'media';
const requirements = ['media-rtp-ptime', 'media-rtp-timestamp', 'media-rtp-sequence', 'media-prompt-duration'];

for (const ptime of [10, 30, 40, 60]) {
  scenario(
    {
      id: `media/ptime-${ptime}`,
      title: `A caller that asks for packets of ${ptime} ms gets them, the prompt whole in them`,
      area,
      capability: 'media',
      requirements,
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      withTone(ctx, 1000, 900, async (tone) => {
        const offer = { formats: '0', lines: [`a=ptime:${ptime}`] };
        await onWireIvr(ctx, { offer, commands: [play([tone]), hangUp()] }, async ({ caller, media }) => {
          await ctx.webhooks.next('getIvrCommand');
          await caller.answer('BYE');
          const heard = await tonesHeard(media);
          ctx.expect('media-prompt-duration', 'frequencies heard, Hz', frequenciesOf(heard), theseTones(1000));
          ctx.expect('media-prompt-duration', 'ms of the prompt', heard[0]?.durationMs, asLongAs(900));
          const all = await placedPackets(media, 0);
          const packets = heard[0] === undefined ? [] : during(all, heard[0]);
          const sizes = [...new Set(packets.map(({ payloadBytes }) => payloadBytes))];
          ctx.expect('media-rtp-ptime', 'bytes of payload in a packet', sizes, is([ptime * 8]));
          // Of so few packets the mean says more than the median: what comes late shortens the next distance.
          const apart = distances(packets);
          const mean = apart.reduce((sum, each) => sum + each, 0) / apart.length;
          ctx.expect(
            'media-rtp-ptime',
            'ms between two packets, mean',
            mean,
            ofMany(between(ptime - 2, ptime + 2), apart.length),
          );
          ctx.expect('media-rtp-timestamp', 'steps', [...new Set(timestampSteps(packets))], is([ptime * 8]));
          ctx.expect('media-rtp-sequence', 'steps', [...new Set(sequenceSteps(packets))], is([1]));
        });
      }),
  );
}
