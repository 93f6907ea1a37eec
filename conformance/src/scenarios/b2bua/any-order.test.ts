import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { Answering, CallbackExpectation } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { ivr, play } from '../support/answers.ts';
import { callTo, connectWith } from '../support/bridge.ts';
import { audioSection } from '../support/description.ts';
import { is } from '../support/expected.ts';
import { text } from '../support/flows.ts';
import { talk, withMedia } from '../support/media.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { withTone } from '../support/prompts.ts';
import { onWire, type Wire } from '../support/wire.ts';
import { type WireCallee, wireCallee } from '../support/wire-callee.ts';
import { audioSdp, type WireCaller, wireCaller } from '../support/wire-caller.ts';
import { bothWays } from '../support/wire-voices.ts';

const area = 'b2bua';
const slug = 'b2bua-any-order';

interface End {
  readonly wire: Wire;
  readonly media: RtpProbe;
}

/** Ends on the wire, each with an RTP end of its own. */
function withEnds(
  ctx: TestContext,
  names: readonly string[],
  use: (ends: readonly End[]) => Promise<void>,
): Promise<void> {
  const open = (left: readonly string[], ends: readonly End[]): Promise<void> => {
    const [name, ...more] = left;
    if (name === undefined) return use(ends);
    return onWire(ctx, { name }, (wire) => withMedia(ctx, (media) => open(more, [...ends, { wire, media }])));
  };
  return open(names, []);
}

/** The end is called and answers. */
async function called({ wire, media }: End): Promise<WireCallee> {
  const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
  talk(media, invite);
  const dialog = wireCallee(wire, invite);
  await dialog.accept(audioSdp(media));
  return dialog;
}

/** A session of its own: whoever calls `number` is connected with the participant; then `events` say how that one goes on. */
function another(
  ctx: TestContext,
  participantId: string,
  events: readonly Answering[],
): { app: CallbackExpectation; number: string } {
  const number = ctx.harness.takeNumber();
  const reference = `${ctx.reference}/${number}`;
  const app = ctx.alsoClaim({ number, reference });
  app.on('newCall', connectWith(participantId, { sessionReferenceId: reference })).on('callEvent', events);
  return { app, number };
}

/** Calls the number, and is connected. */
async function joins(ctx: TestContext, { wire, media }: End, to: string): Promise<WireCaller> {
  const caller = wireCaller(ctx, wire, { to });
  const ok = await caller.invite({ body: audioSdp(media) });
  if (ok.status !== 200) throw new Error(`The call was refused with ${ok.status}`);
  talk(media, ok);
  return caller;
}

scenario(
  {
    id: 'b2bua/one-caller-through-everything',
    title:
      'call, ivr, connected from another session, call again, ivr again, connected again, httpcall: one caller hears and is heard throughout, in one dialog',
    area,
    capability: 'httpcall',
    requirements: [slug, 'actions-connect', 'actions-call-after-event', 'actions-ivr-after-event'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    withTone(ctx, 1000, 15_000, (tone) =>
      withEnds(ctx, ['caller', 'first', 'second', 'joins', 'joins2', 'device'], async (ends) => {
        const [one, x, y, b, c, device] = ends;
        if (!(one && x && y && b && c && device)) throw new Error('six ends were opened');
        const prompt = play([tone], { getIVRCommandAfter: 25 });
        const hearEachOther = async (what: string, other: End): Promise<void> => {
          const heard = await bothWays(ctx, one.media, other.media);
          ctx.expect(slug, `${what}: they hear each other`, heard, is([true, true]));
        };
        const promptHeard = async (what: string, from: number): Promise<void> => {
          const heard = await one.media.waitForTone(1000, 300, ctx.target.timers.stepMs, from);
          ctx.expect(slug, `${what}: Hz heard`, Math.round(heard.frequency / 20) * 20, is(1000));
        };

        ctx.webhooks
          .on('newCall', callTo(uriOf(x.wire), { sessionReferenceId: ctx.reference }))
          .on('callEvent', ivr())
          .on('getIvrCommand', prompt);
        const caller = wireCaller(ctx, one.wire);
        const final = caller.invite({ body: audioSdp(one.media) });
        const first = await called(x);
        talk(one.media, await final);
        const { body: told } = await ctx.webhooks.next('callAnswered');
        const participantId = text(told.callerParticipantId);
        await hearEachOther('call', x);
        const left = ctx.harness.clock.now();
        await first.ask('BYE');
        await promptHeard('ivr', left);

        const second = another(ctx, participantId, [callTo(uriOf(y.wire)), ivr()]);
        second.app.on('getIvrCommand', prompt);
        const joining = await joins(ctx, b, second.number);
        const { body: completed } = await ctx.webhooks.next('sessionCompleted');
        ctx.expect(slug, 'reason of the session that it left', completed.reason, is('completed'));
        await hearEachOther('connect', b);
        await joining.bye();
        const again = await called(y);
        await hearEachOther('call again', y);
        const leftAgain = ctx.harness.clock.now();
        await again.ask('BYE');
        await promptHeard('ivr again', leftAgain);

        const { host, port } = device.media;
        const toDevice = { action: 'httpcall', codec: 'PCMU', receiveIp: host, receivePort: port };
        const third = another(ctx, participantId, [toDevice]);
        const last = await joins(ctx, c, third.number);
        await second.app.next('sessionCompleted');
        await hearEachOther('connect again', c);
        const from = one.wire.received().length;
        await last.bye();
        const led = await caller.answerOffer(audioSdp(one.media, { version: 2 }), from);
        const audio = audioSection(led.body);
        ctx.expect(slug, 'httpcall: where RTP is to go', [audio?.address, audio?.port], is([host, port]));
        const answered = await thirdAnswered(third.app);
        ctx.expect(slug, 'httpcall: remoteRtpPort', Number(answered.remoteRtpPort), is(one.media.port));
        talk(one.media, led);
        await device.media.waitForPackets(10, ctx.target.timers.stepMs);
        await caller.bye();
        await third.app.next('sessionCompleted');

        for (const row of ['actions-connect', 'actions-call-after-event', 'actions-ivr-after-event']) {
          const byes = one.wire.received().filter(isRequest('BYE')).length;
          ctx.expect(row, 'BYEs to the caller on the way', byes, is(0));
        }
        const names = ['newCall', 'callAnswered', 'callEvent', 'callAnswered', 'getIvrCommand', 'sessionCompleted'];
        ctx.expect(slug, 'callbacks of the first session', ctx.webhooks.sequence(), is(names));
      }),
    ),
);

/** callAnswered of the device: the one that has its address. */
async function thirdAnswered(app: CallbackExpectation): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const { body } = await app.next('callAnswered');
    if (body.remoteRtpPort !== undefined) return body;
  }
}
