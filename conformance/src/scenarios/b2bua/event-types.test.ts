import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { audioSection } from '../support/description.ts';
import { is } from '../support/expected.ts';
import { talk } from '../support/media.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp } from '../support/wire-caller.ts';

const area = 'b2bua';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;
type Description = ReturnType<typeof audioSdp>;

scenario(
  {
    id: 'b2bua/event-types-differ',
    title: 'Keys reach the other party as events of its own payload type: caller 97, callee 110',
    area,
    capability,
    requirements: ['b2bua-event-type-per-leg'],
    needs,
  },
  async (ctx) => {
    const slug = 'b2bua-event-type-per-leg';
    const host = ctx.target.suite.host;
    const [media, calleeMedia] = await Promise.all(
      [97, 110].map((eventType) =>
        ctx.harness.probes.open({ name: `keys${eventType}`, host, codec: 'PCMU', eventType }),
      ),
    );
    if (media === undefined || calleeMedia === undefined) throw new Error('two ends were opened');
    const described = (end: RtpProbe, type: number): Description =>
      audioSdp(end, { formats: `0 ${type}`, lines: [`a=rtpmap:${type} telephone-event/8000`, `a=fmtp:${type} 0-15`] });
    try {
      await onWireDial(ctx, { invite: { body: described(media, 97) } }, async ({ caller, final, callee, invite }) => {
        const far = wireCallee(callee, invite);
        // The callee asks for its number itself: the answer to an offer takes the offer's (RFC 3264 section 6.1).
        await far.accept(audioSdp(calleeMedia));
        talk(media, await final);
        talk(calleeMedia, invite);
        await ctx.webhooks.next('callAnswered');
        const renumbered = await far.ask('INVITE', { body: described(calleeMedia, 110) });
        await far.acknowledge(renumbered);
        ctx.expect(slug, 'formats answered to the callee', audioSection(renumbered.body)?.formats, is([0, 110]));
        await Promise.all([media.sendDigits('17#'), calleeMedia.sendDigits('42*')]);
        const digits = async (end: RtpProbe): Promise<string> =>
          (await end.events()).map(({ digit }) => digit).join('');
        for (const end of [media, calleeMedia]) {
          const until = ctx.harness.clock.now() + ctx.target.timers.stepMs;
          while ((await digits(end)).length < 3 && ctx.harness.clock.now() < until) await ctx.webhooks.quiet(50);
        }
        ctx.expect(slug, 'keys that the callee got', await digits(calleeMedia), is('17#'));
        ctx.expect(slug, 'keys that the caller got', await digits(media), is('42*'));
        const bye = caller.bye();
        await far.ended();
        await bye;
        await ctx.webhooks.next('sessionCompleted');
      });
    } finally {
      await Promise.all([media.close(), calleeMedia.close()]);
    }
  },
);
