/** Keys between two parties who are connected: whichever way one presses them, the other gets each once in its own way. */
import type { RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { audio } from '../../harness/index.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { is } from '../support/expected.ts';
import { keyTones, tonesOfKey } from '../support/key-tones.ts';
import { type LegKind, onWireLegs, type WireLegs } from '../support/wire-legs.ts';

const area = 'dtmf';
const keys = '5591';

interface Way {
  readonly name: string;
  readonly title: string;
  readonly leg: LegKind;
  readonly capability: string;
  readonly press: (legs: WireLegs) => Promise<unknown>;
}

const events: Way = {
  name: 'events',
  title: 'pressed as telephone-events',
  leg: { codec: 'PCMU', eventType: 96 },
  capability: 'call-control',
  press: ({ callerMedia }) => callerMedia.sendDigits(keys, { durationMs: 100, pauseMs: 100 }),
};
const tones: Way = {
  name: 'tones',
  title: 'pressed as tones',
  leg: { codec: 'PCMU' },
  capability: 'in-band-dtmf',
  press: ({ callerMedia }) => callerMedia.sendPcm(keyTones(keys)),
};

const info: Way = {
  name: 'info',
  title: 'pressed by SIP INFO',
  leg: { codec: 'PCMU' },
  capability: 'sip-info-dtmf',
  press: async ({ caller }) => {
    for (const key of keys) {
      await caller.ask('INFO', { body: { type: 'application/dtmf-relay', text: `Signal=${key}\r\nDuration=100\r\n` } });
    }
  },
};

interface Listener {
  readonly name: string;
  readonly title: string;
  readonly leg: LegKind;
  readonly got: (media: RtpProbe) => Promise<string>;
}

/** Keys of the telephone-events that came. */
const asEvents = async (media: RtpProbe): Promise<string> => (await media.events()).map(({ digit }) => digit).join('');

/** Keys in the voice that came: stretches of 20 ms and more in which both tones of a key stand alone. */
async function asTones(media: RtpProbe): Promise<string> {
  const { pcm } = await media.audio();
  let heard = '';
  let before: string | undefined;
  for (let at = 0; at + 160 <= pcm.length; at += 160) {
    const window = pcm.subarray(at, at + 160);
    const loud = audio.levelDb(window) > -35;
    const level = (key: string): number =>
      Math.min(...tonesOfKey(key).map((frequency) => audio.levelAt(window, frequency)));
    const [best] = [...'0123456789*#'].toSorted((a, b) => level(b) - level(a));
    const now = loud && best !== undefined && level(best) > audio.levelDb(window) - 8 ? best : undefined;
    if (now !== undefined && now !== before) heard += now;
    before = now;
  }
  return heard;
}

const listeners: readonly Listener[] = [
  {
    name: 'events',
    title: 'a party with telephone-event',
    leg: { codec: 'PCMU', eventType: 110 },
    got: asEvents,
  },
  {
    name: 'events-transcoded',
    title: 'a party with telephone-event and another codec',
    leg: { codec: 'PCMA', eventType: 110 },
    got: asEvents,
  },
  { name: 'tones', title: 'a party without telephone-event', leg: { codec: 'PCMU' }, got: asTones },
  { name: 'tones-transcoded', title: 'a party without it, of another codec', leg: { codec: 'PCMA' }, got: asTones },
];

const pairs = listeners.flatMap((to) =>
  (to.got === asTones ? [events, tones, info] : [events, info]).map((from) => ({ from, to })),
);

async function passed(ctx: TestContext, from: Way, to: Listener): Promise<void> {
  await onWireLegs(ctx, { caller: from.leg, callee: to.leg }, async (legs) => {
    await legs.calleeMedia.waitForPackets(5, ctx.target.timers.stepMs);
    await from.press(legs);
    // What was pressed is made anew one after the other, in a key's time each at most; audio follows it.
    await legs.callerMedia.sendSilence(keys.length * 250);
    ctx.expect('dtmf-passed-on', 'keys that the other party got', await to.got(legs.calleeMedia), is(keys));
  });
}

for (const { from, to } of pairs) {
  scenario(
    {
      id: `dtmf/passed-on-${from.name}-to-${to.name}`,
      title: `Keys ${from.title} reach ${to.title}, each once`,
      area,
      capability: from.capability,
      requirements: ['dtmf-passed-on'],
      needs: { call: true, webhook: true },
    },
    (ctx) => passed(ctx, from, to),
  );
}
