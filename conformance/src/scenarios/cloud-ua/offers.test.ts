import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { deviceAt, placeRemote } from '../support/cloud.ts';
import { audioSection } from '../support/description.ts';
import { is } from '../support/expected.ts';
import { text } from '../support/flows.ts';
import { withMedia } from '../support/media.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire, type Wire, type WireMessage } from '../support/wire.ts';
import { wireCallee } from '../support/wire-callee.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const needs = { call: true, webhook: true } as const;
const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** The far end of a call whose RTP goes to a device: in the dialog, whichever side opened it. */
interface FarEnd {
  /** A request with or without an offer; gives the final response, acknowledged with `answer`. */
  offer(
    method: 'INVITE' | 'UPDATE',
    body?: ReturnType<typeof audioSdp>,
    answer?: ReturnType<typeof audioSdp>,
  ): Promise<WireMessage>;
  hangUp(): Promise<unknown>;
}

/** The far end calls, and the target answers in the device's name. */
async function farCaller(ctx: TestContext, wire: Wire, media: RtpProbe, to = ctx.number): Promise<FarEnd> {
  const domain = ctx.target.tenants.cloudUa?.domain;
  const cloudUa = to !== ctx.number && domain !== undefined;
  const caller = wireCaller(ctx, wire, { to, ...(cloudUa && { domain }) });
  const ok = await caller.invite({ body: audioSdp(media) });
  if (ok.status !== 200) throw new Error(`The call was refused with ${ok.status}`);
  return {
    offer: async (method, body, answer) => {
      const response = await caller.ask(method, body && { body });
      if (method === 'INVITE') await caller.acknowledge(response, answer && { body: answer });
      return response;
    },
    hangUp: () => caller.bye(),
  };
}

/** The target calls the far end for the device. */
async function farCallee(wire: Wire, media: RtpProbe): Promise<FarEnd> {
  const far = wireCallee(wire, await wire.waitFor('INVITE', isRequest('INVITE')));
  await far.accept(audioSdp(media));
  return {
    offer: async (method, body, answer) => {
      const response = await far.ask(method, body && { body });
      if (method === 'INVITE') await far.acknowledge(response, answer);
      return response;
    },
    hangUp: () => far.ask('BYE'),
  };
}

/** Address, port, formats without telephone-event, and direction of a description. */
const described = ({ status, body }: WireMessage): readonly unknown[] => {
  const audio = audioSection(body);
  const direction = audio?.attributes.find((line) => directions.includes(line)) ?? 'sendrecv';
  return [status, audio?.address, audio?.port, audio?.formats[0], direction];
};

/** What the far end may ask for in the call, and what it must hear from the device. */
async function renegotiate(ctx: TestContext, slug: string, far: FarEnd, device: RtpProbe, media: RtpProbe) {
  const asDevice = (direction: string) => is([200, device.host, device.port, 0, direction]);
  const moved = { host: media.host, port: media.port + 2 };
  const hold = await far.offer('INVITE', audioSdp(media, { version: 2, direction: 'sendonly' }));
  ctx.expect(slug, 'answer to a re-INVITE that holds', described(hold), asDevice('recvonly'));
  const update = await far.offer('UPDATE', audioSdp(moved, { version: 3 }));
  ctx.expect(slug, 'answer to an UPDATE with another port', described(update), asDevice('sendrecv'));
  const unusable = await far.offer('INVITE', audioSdp(moved, { version: 4, formats: '18' }));
  ctx.expect(slug, 'response to a re-INVITE with G.729 alone', unusable.status, is(488));
  const other = await far.offer('INVITE', audioSdp(moved, { version: 4, formats: '8' }));
  ctx.expect(slug, "response to a re-INVITE without the device's codec", other.status, is(488));
  const asked = await far.offer('INVITE', undefined, audioSdp(moved, { version: 4 }));
  ctx.expect(slug, 'offer in answer to a re-INVITE without one', described(asked), asDevice('sendrecv'));
  const again = await far.offer('INVITE', audioSdp(moved, { version: 4 }));
  ctx.expect(slug, 'answer to a re-INVITE after the refused ones', described(again), asDevice('sendrecv'));
  const ends = ctx.webhooks.all('sessionCompleted').length + ctx.webhooks.all('callEvent').length;
  ctx.expect(slug, 'ends of the call until then', ends, is(0));
  const events = ctx.webhooks.all('callNotify').map(({ body }) => body.event);
  ctx.note('callNotify', events.join(', '));
  await far.hangUp();
  await ctx.webhooks.next('sessionCompleted');
}

scenario(
  {
    id: 'cloud-ua/incoming-reinvite',
    title:
      'A caller of a Cloud UA user holds, moves and changes codec: the device answers, or 488, and the call goes on',
    area: 'cloud-ua',
    capability: 'cloud-ua',
    tenant: 'cloudUa',
    requirements: ['cloud-ua-far-end-offers'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    withMedia(ctx, (media, device) =>
      onWire(ctx, { name: 'caller' }, async (wire) => {
        const number = ctx.harness.takeNumber('cloudUa');
        ctx.webhooks.claim({ number }).on('newRemoteCall', { sessionReferenceId: ctx.reference });
        const answered = ctx.webhooks.next('newRemoteCall').then(async (told) => {
          await told.answered;
          return ctx.rest.send('answerremotecall', { replyId: text(told.body.replyId), ...deviceAt(device) });
        });
        const [far] = await Promise.all([farCaller(ctx, wire, media, number), answered]);
        await ctx.webhooks.next('callAnswered');
        await renegotiate(ctx, 'cloud-ua-far-end-offers', far, device, media);
      }),
    ),
);

scenario(
  {
    id: 'cloud-ua/outgoing-reinvite',
    title:
      'Somebody whom a Cloud UA called holds, moves and changes codec: the device answers, or 488, and the call goes on',
    area: 'cloud-ua',
    capability: 'cloud-ua',
    requirements: ['cloud-ua-far-end-offers'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    withMedia(ctx, (media, device) =>
      onWire(ctx, { name: 'callee' }, async (wire) => {
        const placed = placeRemote(ctx, { uri: uriOf(wire) }, device);
        const [far] = await Promise.all([farCallee(wire, media), placed]);
        await ctx.webhooks.next('callAnswered');
        await renegotiate(ctx, 'cloud-ua-far-end-offers', far, device, media);
      }),
    ),
);

scenario(
  {
    id: 'cloud-ua/httpcall-reinvite',
    title: 'A caller whom httpcall connected with a device holds, moves and changes codec: the device answers, or 488',
    area: 'cloud-ua',
    capability: 'httpcall',
    requirements: ['actions-httpcall-far-end-offers'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, (media, device) =>
      onWire(ctx, { name: 'caller' }, async (wire) => {
        ctx.webhooks.on('newCall', { action: 'httpcall', ...deviceAt(device), sessionReferenceId: ctx.reference });
        const far = await farCaller(ctx, wire, media);
        await ctx.webhooks.next('callAnswered');
        await renegotiate(ctx, 'actions-httpcall-far-end-offers', far, device, media);
      }),
    ),
);
