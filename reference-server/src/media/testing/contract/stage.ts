/** What the parts of the contract stand on: the implementation, its events, phones, and the steps that tests have in common. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { LegId, PlayJobId } from '../../../session/ids.ts';
import type { MediaPort, MediaRequest } from '../../../session/ports/media.ts';
import type { MediaEvent } from '../../../session/ports/media-event.ts';
import type { Phrase, Tone } from '../../../session/ports/phrase.ts';
import { tone } from '../../core/tone.ts';
import { writeWav } from '../../core/wav.ts';
import { type HeardPacket, Phone, type PhoneOptions } from '../phone.ts';
import { poll, Watch } from '../until.ts';

export interface MediaPortUnderTest {
  readonly port: MediaPort;
  /** Puts a file where `file` phrases of the domain are found. */
  putPrompt(domain: string, name: string, bytes: Uint8Array): Promise<void>;
  getPrompt(domain: string, name: string): Promise<Uint8Array>;
  /** What is in use; all zero when no leg is open. */
  inUse(): { readonly endpoints: number; readonly ports: number; readonly players: number };
  stop(): Promise<void>;
}

export interface ContractOptions {
  /** The RTP time-out to set. */
  readonly rtpTimeoutMs: number;
  readonly onEvent: (event: MediaEvent) => void;
}

export type Start = (options: ContractOptions) => Promise<MediaPortUnderTest>;
export const DOMAIN = 'contract.example';
export const RTP_TIMEOUT = 1500;
type Played = Extract<MediaEvent, { type: 'media.played' | 'media.playFailed' }>;
export type Stage = ReturnType<typeof createStage>;

/** Registers what happens before and after each test of the surrounding `describe`. */
export function createStage(start: Start) {
  let started: MediaPortUnderTest | undefined;
  const events: MediaEvent[] = [];
  let phones: Phone[] = [];
  const watch = new Watch();
  const legs = new Set<LegId>();
  let count = 0;

  beforeAll(async () => {
    started = await start({
      rtpTimeoutMs: RTP_TIMEOUT,
      onEvent: (event) => {
        events.push(event);
        watch.changed();
      },
    });
  });

  beforeEach(() => {
    events.length = 0;
    phones = [];
  });

  // Whatever a test did, the end of its legs gives everything back.
  afterEach(async () => {
    for (const leg of legs) under().port.close(leg);
    legs.clear();
    await free();
    await Promise.all(phones.map((phone) => phone.close()));
  });

  afterAll(() => started?.stop());

  function under(): MediaPortUnderTest {
    if (started === undefined) throw new Error('the implementation did not start');
    return started;
  }

  function open(leg: LegId, request: Parameters<MediaPort['open']>[1]): void {
    legs.add(leg);
    under().port.open(leg, request);
  }

  function event<Type extends MediaEvent['type']>(
    type: Type,
    where: (event: Extract<MediaEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<MediaEvent, { type: Type }>> {
    const matches = (each: MediaEvent): each is Extract<MediaEvent, { type: Type }> =>
      each.type === type && where(each as Extract<MediaEvent, { type: Type }>);
    return watch.until(
      () => events.find(matches),
      () => `${type} among ${JSON.stringify(events)}`,
      8000,
    );
  }

  async function phone(options: PhoneOptions = {}): Promise<Phone> {
    const opened = await Phone.open(options);
    phones.push(opened);
    return opened;
  }

  /** A call that is up: the phone has offered, the port has answered, RTP flows to the phone. */
  async function call(
    options: PhoneOptions = {},
    request: Omit<MediaRequest, 'offer'> = {},
  ): Promise<{ leg: LegId; far: Phone }> {
    const far = await phone(options);
    const leg = `leg-${++count}` as LegId;
    open(leg, { codecs: ['PCMU', 'PCMA', 'GSM'], ...request, offer: far.sdp() });
    far.connect((await event('media.opened', (each) => each.leg === leg)).sdp);
    return { leg, far };
  }

  function play(leg: LegId, ...phrases: Phrase[]): PlayJobId {
    const id = `job-${++count}` as PlayJobId;
    under().port.play(leg, { id, domain: DOMAIN, phrases });
    return id;
  }

  function ring(leg: LegId, tone: Tone): PlayJobId {
    const id = `job-${++count}` as PlayJobId;
    under().port.play(leg, { id, domain: DOMAIN, phrases: [{ kind: 'tone', tone }], repeat: true });
    return id;
  }

  const over = (job: PlayJobId): Promise<Played> =>
    watch.until(
      () =>
        events.find(
          (each): each is Played =>
            (each.type === 'media.played' || each.type === 'media.playFailed') && each.job === job,
        ),
      () => `the end of ${job} among ${JSON.stringify(events)}`,
      8000,
    );
  const file = (fileName: string): Phrase => ({ kind: 'file', fileName });
  const dtmf = (): string => events.map((each) => (each.type === 'media.dtmf' ? each.digit : '')).join('');

  async function prompt(frequency: number, milliseconds: number, sampleRate = 8000): Promise<string> {
    const fileName = `tone-${frequency}-${milliseconds}-${sampleRate}.wav`;
    const wav = writeWav([tone([frequency], milliseconds, { sampleRate, level: 0.4 })], sampleRate);
    await under().putPrompt(DOMAIN, fileName, wav);
    return fileName;
  }

  /** Nothing in use any more: the end of every leg. */
  const free = (): Promise<boolean> =>
    poll(() => {
      const { endpoints, ports, players } = under().inUse();
      return endpoints === 0 && ports === 0 && players === 0;
    }, 'everything to be given back');

  return {
    get under(): MediaPortUnderTest {
      return under();
    },
    ...{ events, watch, open, event, phone, call, play, ring, over, file, dtmf, prompt, free },
  };
}

/** One stream: sequence numbers and timestamps without a hole, the marker only at its start. */
export function expectContinuous(packets: readonly HeardPacket[], samples: number): void {
  for (const [index, packet] of packets.slice(1).entries()) {
    const before = packets[index];
    expect(before && (packet.sequence - before.sequence) & 0xffff).toBe(1);
    expect(before && (packet.timestamp - before.timestamp) >>> 0).toBe(samples);
    expect(packet.ssrc).toBe(before?.ssrc);
    expect(packet.marker).toBe(false);
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
