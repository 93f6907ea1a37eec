/** The adapter over FreeSWITCHes of a test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LegId } from '../../../session/ids.ts';
import type { MediaRequest } from '../../../session/ports/media.ts';
import type { MediaEvent } from '../../../session/ports/media-event.ts';
import { memoryPrompts } from '../../../testing/memory-prompts.ts';
import { tone } from '../../core/tone.ts';
import { writeWav } from '../../core/wav.ts';
import { Watch } from '../../testing/until.ts';
import { FreeSwitchEngine } from '../engine.ts';
import { Fleet } from '../fleet.ts';
import { Waves } from '../waves.ts';
import type { FakeChannel, FakeSwitch } from './fake-switch.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const DOMAIN = 'test.example';

/** What a far end offers: PCMU and events, or events left out. */
export const offer = (port = 4000, events = true): string =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
    `m=audio ${port} RTP/AVP 0${events ? ' 96' : ''}`,
    ...(events ? ['a=rtpmap:96 telephone-event/8000'] : []),
    '',
  ].join('\r\n');

export async function engineOver(...switches: readonly FakeSwitch[]) {
  const directory = await mkdtemp(join(tmpdir(), 'freeswitch-'));
  const prompts = memoryPrompts();
  const events: MediaEvent[] = [];
  const watch = new Watch();
  const engine = new FreeSwitchEngine(
    {
      servers: switches.map(({ at }) => at),
      sip: [],
      directory,
      prompts,
      tts: { speak: () => Promise.reject(new Error('nobody speaks')), close: async () => undefined },
      onEvent: (event) => {
        events.push(event);
        watch.changed();
      },
      log,
    },
    new Fleet(switches),
    new Waves(directory),
  );

  const event = <Type extends MediaEvent['type']>(
    type: Type,
    where: (event: Extract<MediaEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<MediaEvent, { type: Type }>> =>
    watch.until(
      () =>
        events.find((each): each is Extract<MediaEvent, { type: Type }> => each.type === type && where(each as never)),
      () => `${type} among ${JSON.stringify(events)}`,
    );

  /** A leg that is open, and its channel. */
  async function call(
    id: string,
    request: MediaRequest = { offer: offer() },
  ): Promise<{ leg: LegId; channel: FakeChannel }> {
    const leg = id as LegId;
    const before = new Set(switches.flatMap(({ channels }) => channels));
    engine.open(leg, request);
    await event('media.opened', (each) => each.leg === leg);
    const channel = switches.flatMap(({ channels }) => channels).find((each) => !before.has(each));
    if (channel === undefined) throw new Error('no channel was opened');
    return { leg, channel };
  }

  return {
    ...{ engine, events, event, call, prompts, watch },
    async prompt(name: string, milliseconds: number): Promise<void> {
      await prompts.put(DOMAIN, name, writeWav([tone([600], milliseconds, { level: 0.3 })], 8000));
    },
    async stop(): Promise<void> {
      await engine.shutdown();
      await rm(directory, { recursive: true });
    },
  };
}
