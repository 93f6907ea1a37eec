/**
 * What every implementation of the media port has to do, on real UDP on the loopback. The embedded engine and the
 * FreeSWITCH adapter run the same.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LegId, PlayJobId } from '../../session/ids.ts';
import type { MediaEvent, MediaPort, Phrase } from '../../session/ports.ts';
import { eventOfDigit, tonesOfDigit } from '../core/dtmf.ts';
import { sequenceDistance } from '../core/rtp.ts';
import { energy, powerAt, tone } from '../core/tone.ts';
import { readWav, writeWav } from '../core/wav.ts';
import { type HeardPacket, Phone, type PhoneOptions } from './phone.ts';
import { poll, Watch } from './until.ts';

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

const DOMAIN = 'contract.example';
const RTP_TIMEOUT = 1500;
type Played = Extract<MediaEvent, { type: 'media.played' | 'media.playFailed' }>;

export type ContractPart = 'opening' | 'playing' | 'keys' | 'the far end' | 'joined legs';

/** Declares the tests. `start` makes the implementation that all of them share; `parts` leaves the other parts out. */
export function mediaPortContract(
  name: string,
  start: (options: ContractOptions) => Promise<MediaPortUnderTest>,
  parts: readonly ContractPart[] = ['opening', 'playing', 'keys', 'the far end', 'joined legs'],
): void {
  describe(name, () => declare(start, parts));
}

function declare(
  start: (options: ContractOptions) => Promise<MediaPortUnderTest>,
  parts: readonly ContractPart[],
): void {
  let under: MediaPortUnderTest;
  let events: MediaEvent[] = [];
  let phones: Phone[] = [];
  const watch = new Watch();
  const legs = new Set<LegId>();
  let count = 0;

  beforeAll(async () => {
    under = await start({
      rtpTimeoutMs: RTP_TIMEOUT,
      onEvent: (event) => {
        events.push(event);
        watch.changed();
      },
    });
  });

  beforeEach(() => {
    events = [];
    phones = [];
  });

  // Whatever a test did, the end of its legs gives everything back.
  afterEach(async () => {
    for (const leg of legs) under.port.close(leg);
    legs.clear();
    await free();
    await Promise.all(phones.map((phone) => phone.close()));
  });

  afterAll(() => under.stop());

  function open(leg: LegId, request: Parameters<MediaPort['open']>[1]): void {
    legs.add(leg);
    under.port.open(leg, request);
  }

  function event<Type extends MediaEvent['type']>(
    type: Type,
    where: (event: Extract<MediaEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<MediaEvent, { type: Type }>> {
    const matches = (each: MediaEvent): each is Extract<MediaEvent, { type: Type }> =>
      each.type === type && where(each as Extract<MediaEvent, { type: Type }>);
    return watch.until(() => events.find(matches), `${type} among ${JSON.stringify(events)}`, 8000);
  }

  async function phone(options: PhoneOptions = {}): Promise<Phone> {
    const opened = await Phone.open(options);
    phones.push(opened);
    return opened;
  }

  /** A call that is up: the phone has offered, the port has answered, RTP flows to the phone. */
  async function call(options: PhoneOptions = {}): Promise<{ leg: LegId; far: Phone }> {
    const far = await phone(options);
    const leg = `leg-${++count}` as LegId;
    open(leg, { offer: far.sdp() });
    far.connect((await event('media.opened', (each) => each.leg === leg)).sdp);
    return { leg, far };
  }

  function play(leg: LegId, ...phrases: Phrase[]): PlayJobId {
    const id = `job-${++count}` as PlayJobId;
    under.port.play(leg, { id, domain: DOMAIN, phrases });
    return id;
  }

  const over = (job: PlayJobId): Promise<Played> =>
    watch.until(
      () =>
        events.find(
          (each): each is Played =>
            (each.type === 'media.played' || each.type === 'media.playFailed') && each.job === job,
        ),
      `the end of ${job} among ${JSON.stringify(events)}`,
      8000,
    );
  const file = (fileName: string): Phrase => ({ kind: 'file', fileName });
  const dtmf = (): string => events.map((each) => (each.type === 'media.dtmf' ? each.digit : '')).join('');

  async function prompt(frequency: number, milliseconds: number, sampleRate = 8000): Promise<string> {
    const fileName = `tone-${frequency}-${milliseconds}-${sampleRate}.wav`;
    const wav = writeWav([tone([frequency], milliseconds, { sampleRate, level: 0.4 })], sampleRate);
    await under.putPrompt(DOMAIN, fileName, wav);
    return fileName;
  }

  /** Nothing in use any more: the end of every leg. */
  const free = (): Promise<boolean> =>
    poll(() => {
      const { endpoints, ports, players } = under.inUse();
      return endpoints === 0 && ports === 0 && players === 0;
    }, 'everything to be given back');

  describe.runIf(parts.includes('opening'))('opening', () => {
    it.each([
      ['the offer puts first', ['PCMA', 'PCMU'], 8],
      ['is the only one', ['PCMA'], 8],
      ['is PCMU', ['PCMU'], 0],
    ] as const)('answers with the codec that %s, and the event type of the offer', async (_, codecs, type) => {
      const { far } = await call({ codecs, events: 97 });
      const { sdp } = await event('media.opened');
      expect(sdp).toMatch(new RegExp(`^m=audio \\d*[02468] RTP/AVP ${type} 97\r$`, 'm'));
      const first = await far.watch.until(() => far.packets[0], 'a packet');
      expect(first.payloadType).toBe(type);
    });

    it('offers by itself, and takes the answer', async () => {
      const far = await phone({ codecs: ['PCMA'] });
      const leg = 'leg-out' as LegId;
      open(leg, { codecs: ['PCMA', 'PCMU'] });
      const { sdp } = await event('media.opened');
      expect(sdp).toMatch(/^m=audio \d+ RTP\/AVP 8 0 \d+\r$/m);
      under.port.accept(leg, far.sdp());
      const job = play(leg, file(await prompt(700, 300)));
      expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
      expect(far.heard(700).milliseconds).toBeCloseTo(300, -2);
      expect(far.audio.every((packet) => packet.payloadType === 8)).toBe(true);
    });

    it.each([
      ['no SDP', 'hello'],
      ['nothing', ''],
      ['no audio', 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n'],
      [
        'no codec in common',
        'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n',
      ],
    ])('refuses an offer that is %s', async (_, offer) => {
      open('bad' as LegId, { offer });
      expect(await event('media.failed')).toMatchObject({ leg: 'bad', reason: 'invalidSdp' });
      await free();
    });

    it('refuses an answer that takes nothing of the offer', async () => {
      const leg = 'leg-out' as LegId;
      open(leg, {});
      const { sdp } = await event('media.opened');
      under.port.accept(leg, sdp.replace(/^m=audio \d+/m, 'm=audio 0'));
      expect(await event('media.failed')).toMatchObject({ leg, reason: 'invalidSdp' });
      under.port.close(leg);
      await free();
    });

    it('gives everything back, closed twice, and closed before it was open', async () => {
      const { leg } = await call();
      play(leg, file(await prompt(500, 2000)));
      await poll(() => under.inUse().players === 1, 'the player');
      under.port.close(leg);
      under.port.close(leg);
      const early = 'early' as LegId;
      open(early, {});
      under.port.close(early);
      under.port.close('never' as LegId);
      await free();
      expect(events.filter((each) => each.type === 'media.failed' || each.type === 'media.played')).toEqual([]);
    });
  });

  describe.runIf(parts.includes('playing'))('playing', () => {
    it('plays the prompt that it was given: frequency, duration, pace and numbers', async () => {
      const { leg, far } = await call();
      await far.watch.until(() => far.packets.length >= 5, 'packets before the prompt');
      const job = play(leg, file(await prompt(1000, 1000, 44100)));
      expect(await over(job)).toEqual({ type: 'media.played', leg, job, stopped: false });
      const after = far.packets.length + 5;
      await far.watch.until(() => far.packets.length >= after, 'packets after the prompt');
      const heard = far.heard(1000);
      expect(heard.share).toBe(1);
      expect(Math.abs(heard.milliseconds - 1000)).toBeLessThanOrEqual(20);
      expectContinuous(far.packets, 160);
      const gaps = far.packets.slice(1).map((packet, index) => packet.at - (far.packets[index]?.at ?? 0));
      expect(Math.abs(median(gaps) - 20)).toBeLessThanOrEqual(2);
    });

    it.each([10, 30, 60])('sends packets of %i ms when the far end asks for them', async (ptime) => {
      const { far } = await call({ ptime });
      await far.watch.until(() => far.packets.length >= 10, 'ten packets');
      expectContinuous(far.packets, ptime * 8);
      expect((await event('media.opened')).sdp).toContain(`a=ptime:${ptime}\r\n`);
    });

    it('plays phrases one after the other without a gap', async () => {
      const { leg, far } = await call();
      const names = [await prompt(500, 250), await prompt(900, 333, 16000), await prompt(1400, 410, 22050)];
      expect(await over(play(leg, ...names.map(file)))).toMatchObject({ type: 'media.played', stopped: false });
      const [one, two, three] = [500, 900, 1400].map((frequency) => far.heard(frequency));
      const sound = far.audio.filter((packet) => energy(packet.samples) > 10_000);
      expect(Math.abs(sound.length * 20 - 993)).toBeLessThanOrEqual(40);
      expect((two?.start ?? 0) - (one?.start ?? 0)).toBeCloseTo(250, -1.5);
      expect((three?.start ?? 0) - (two?.start ?? 0)).toBeCloseTo(333, -1.5);
      const from = far.audio.indexOf(sound[0] as HeardPacket);
      expect(far.audio.slice(from, from + sound.length)).toEqual(sound);
    });

    it('plays what stands before a file that is missing, then fails with its place', async () => {
      const { leg, far } = await call();
      const job = play(leg, file(await prompt(600, 200)), file('missing.wav'), file(await prompt(1200, 200)));
      expect(await over(job)).toMatchObject({ type: 'media.playFailed', leg, phrase: 1, reason: 'phraseError' });
      expect(far.heard(600).milliseconds).toBeGreaterThan(150);
      expect(far.heard(1200).milliseconds).toBe(0);
    });

    it('fails on a file that is no audio', async () => {
      await under.putPrompt(DOMAIN, 'text.wav', new TextEncoder().encode('not audio at all'));
      const { leg } = await call();
      expect(await over(play(leg, file('text.wav')))).toMatchObject({ phrase: 0, reason: 'phraseError' });
    });

    it('is done at once with a job without phrases', async () => {
      const { leg } = await call();
      expect(await over(play(leg))).toMatchObject({ type: 'media.played', stopped: false });
    });

    it('stops the phrase that plays and goes on with the next', async () => {
      const { leg, far } = await call();
      const job = play(leg, file(await prompt(600, 3000)), file(await prompt(1200, 300)));
      await far.watch.until(() => far.heard(600).milliseconds >= 200, 'the first phrase');
      under.port.stop(leg, job, 'current');
      expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
      expect(far.heard(600).milliseconds).toBeLessThan(1500);
      expect(Math.abs(far.heard(1200).milliseconds - 300)).toBeLessThanOrEqual(20);
      expectContinuous(far.packets, 160);
    });

    it('stops the whole job, and only that one', async () => {
      const { leg, far } = await call();
      const job = play(leg, file(await prompt(600, 3000)), file(await prompt(1200, 300)));
      await far.watch.until(() => far.heard(600).milliseconds >= 200, 'the first phrase');
      under.port.stop(leg, 'another' as PlayJobId, 'all');
      under.port.stop(leg, job, 'all');
      expect(await over(job)).toMatchObject({ type: 'media.played', stopped: true });
      const next = play(leg, file(await prompt(1600, 200)));
      await over(next);
      expect(far.heard(1200).milliseconds).toBe(0);
      expect(Math.abs(far.heard(1600).milliseconds - 200)).toBeLessThanOrEqual(20);
      expect(events.filter((each) => each.type === 'media.played' && each.job === job)).toHaveLength(1);
    });

    it('loops the background under a prompt, with its pause, until it is ended', async () => {
      const { leg, far } = await call();
      const fileName = await prompt(400, 200);
      under.port.background(leg, { domain: DOMAIN, source: { fileName }, repeatPause: 0.1 });
      await far.watch.until(() => far.heard(400).milliseconds >= 900, 'three rounds');
      const { share } = far.heard(400);
      expect(share).toBeGreaterThan(0.6);
      expect(share).toBeLessThan(0.85);
      await over(play(leg, file(await prompt(1100, 700))));
      const both = far.audio.filter(
        ({ samples }) => powerAt(samples, 400) > 5_000_000 && powerAt(samples, 1100) > 5_000_000,
      );
      expect(both.length).toBeGreaterThan(15);
      under.port.background(leg, undefined);
      await far.watch.until(
        () => far.audio.slice(-10).every(({ samples }) => energy(samples) < 100),
        'silence after the background',
      );
      expectContinuous(far.packets, 160);
    });

    it('gives the far end back what it says while an echo phrase is on', async () => {
      const { leg, far } = await call();
      const job = play(leg, { kind: 'echo', parameters: { duration: 1 } });
      void far.talk(tone([750], 1500, { level: 0.3 }));
      expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
      expect(far.heard(750).milliseconds).toBeGreaterThan(500);
      expect(far.heard(750).share).toBeGreaterThan(0.9);
    });

    it('records the far end into prompt storage before it says that it has played', async () => {
      const { leg, far } = await call();
      const job = play(leg, { kind: 'record', fileName: 'voice.wav', parameters: { maxDuration: 1 } });
      void far.talk(tone([850], 1500, { level: 0.3 }));
      expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
      const { samples, sampleRate } = readWav(await under.getPrompt(DOMAIN, 'voice.wav'));
      expect(sampleRate).toBe(8000);
      expect(Math.abs(samples.length / 8 - 1000)).toBeLessThanOrEqual(100);
      expect(powerAt(samples.subarray(800, 7200), 850) / 2).toBeGreaterThan(energy(samples.subarray(800, 7200)) * 0.95);
    });
  });

  describe.runIf(parts.includes('keys'))('keys', () => {
    it('tells each key once, whatever is lost or sent again', async () => {
      const { leg, far } = await call({ events: 96 });
      const drops: [string, (index: number) => boolean][] = [
        ['1', () => false],
        ['1', (index) => index >= 4],
        ['1', (index) => index < 3],
        ['5', (index) => index !== 6],
        ['#', (index) => index !== 0],
        ['D', () => false],
      ];
      for (const [digit, drop] of drops) far.press(eventOfDigit(digit), drop);
      await watch.until(() => dtmf().includes('D'), `the last key, after ${dtmf()}`);
      expect(dtmf()).toBe('1115#D');
      expect(events.find((each) => each.type === 'media.dtmf')).toMatchObject({ leg, source: 'rfc4733' });
    });

    it('tells a key at its start', async () => {
      const { far } = await call();
      far.press(7, (index) => index > 0);
      expect(await event('media.dtmf')).toMatchObject({ digit: '7' });
    });

    it('hears keys as tones when events were not agreed', async () => {
      const { leg, far } = await call({ events: null });
      const pause = new Int16Array(480);
      const samples = [...'90*'].flatMap((digit) => [...tone(tonesOfDigit(digit), 80, { level: 0.2 }), ...pause]);
      await far.talk(Int16Array.from(samples));
      await watch.until(() => dtmf().length >= 3, `three keys, not ${dtmf()}`);
      expect(dtmf()).toBe('90*');
      expect(events.find((each) => each.type === 'media.dtmf')).toMatchObject({ leg, source: 'inband' });
    });
  });

  describe.runIf(parts.includes('the far end'))('the far end', () => {
    it('is sent to where its packets come from', async () => {
      const far = await phone();
      const elsewhere = await phone();
      const leg = 'nat' as LegId;
      open(leg, { offer: far.sdp({ port: elsewhere.port }) });
      far.connect((await event('media.opened')).sdp);
      await elsewhere.watch.until(() => elsewhere.packets[0], 'a packet where the SDP says');
      void far.talk(new Int16Array(8000));
      await far.watch.until(() => far.packets.length >= 5, 'packets where they come from');
    });

    it('is held and taken back without a break in the numbers', async () => {
      const { leg, far } = await call();
      await far.watch.until(() => far.packets.length >= 5, 'packets');
      under.port.update(leg, 'hold', far.sdp({ direction: 'sendonly' }));
      expect((await event('media.updated')).sdp).toContain('a=recvonly\r\n');
      under.port.update(leg, 'inactive', far.sdp({ direction: 'inactive' }));
      expect((await event('media.updated', (each) => each.offerId === 'inactive')).sdp).toContain('a=inactive\r\n');
      const job = play(leg, file(await prompt(800, 300)));
      await over(job);
      expect(far.heard(800).milliseconds).toBe(0);
      const held = far.packets.length;
      under.port.update(leg, 'back', far.sdp());
      expect((await event('media.updated', (each) => each.offerId === 'back')).sdp).toContain('a=sendrecv\r\n');
      await far.watch.until(() => far.packets.length >= held + 5, 'packets after the hold');
      expect(new Set(far.packets.map((packet) => packet.ssrc)).size).toBe(1);
      const steps = far.packets
        .slice(1)
        .map((packet, i) => sequenceDistance(packet.sequence, far.packets[i]?.sequence ?? 0));
      expect(new Set(steps)).toEqual(new Set([1]));
    });

    it('refuses an offer in the call that cannot be used, and goes on as before', async () => {
      const { leg, far } = await call();
      under.port.update(leg, 'bad', 'nonsense');
      expect(await event('media.failed')).toMatchObject({ leg, offerId: 'bad', reason: 'invalidSdp' });
      const before = far.packets.length;
      await far.watch.until(() => far.packets.length >= before + 5, 'packets as before');
    });

    it('changes the codec in the call', async () => {
      const { leg, far } = await call({ codecs: ['PCMU'] });
      const other = await phone({ codecs: ['PCMA'] });
      const job = play(leg, file(await prompt(650, 1000)));
      await far.watch.until(() => far.heard(650).milliseconds >= 200, 'the prompt');
      under.port.update(leg, 'moved', other.sdp());
      await over(job);
      expect(other.heard(650).milliseconds).toBeGreaterThan(300);
      expect(other.packets.every((packet) => packet.payloadType === 8)).toBe(true);
      expect(other.packets[0]?.ssrc).toBe(far.packets[0]?.ssrc);
    });

    it('is missed when it falls silent, once', async () => {
      const { leg, far } = await call();
      await far.talk(new Int16Array(1600));
      const from = performance.now();
      expect(await event('media.rtpTimeout')).toEqual({ type: 'media.rtpTimeout', leg });
      expect(performance.now() - from).toBeGreaterThan(RTP_TIMEOUT - 200);
      await poll(() => performance.now() - from > RTP_TIMEOUT * 2, 'the time for a second one');
      expect(events.filter((each) => each.type === 'media.rtpTimeout')).toHaveLength(1);
    });

    it('is told goodbye by RTCP', async () => {
      const { leg, far } = await call();
      await far.watch.until(() => far.packets.length >= 5, 'packets');
      under.port.close(leg);
      await far.watch.until(() => far.reports.find((report) => report.type === 'bye'), 'BYE');
      const sr = far.reports.find((report) => report.type === 'sr');
      expect(sr?.ssrc).toBe(far.packets[0]?.ssrc);
      expect(sr?.sender.packets).toBeGreaterThanOrEqual(5);
    });
  });

  describe.runIf(parts.includes('joined legs'))('joined legs', () => {
    it.each([
      ['of one codec', ['PCMU'], ['PCMU']],
      ['of two codecs', ['PCMU'], ['PCMA']],
    ] as const)('%s hear each other until they are separated', async (_, mine, theirs) => {
      const a = await call({ codecs: mine });
      const b = await call({ codecs: theirs });
      void a.far.talk(tone([500], 1000, { level: 0.3 }), mine[0], true);
      void b.far.talk(tone([1500], 1000, { level: 0.3 }), theirs[0], true);
      under.port.join(a.leg, b.leg);
      await a.far.watch.until(() => a.far.heard(1500).milliseconds >= 600, 'b at a');
      await b.far.watch.until(() => b.far.heard(500).milliseconds >= 600, 'a at b');
      expect(a.far.heard(500).milliseconds).toBe(0);
      expect(b.far.heard(1500).milliseconds).toBe(0);
      under.port.separate(a.leg, b.leg);
      for (const { far } of [a, b]) {
        await far.watch.until(() => far.audio.slice(-10).every(({ samples }) => energy(samples) < 100), 'silence');
        expect(new Set(far.packets.map((packet) => packet.ssrc)).size).toBe(1);
        expectContinuous(far.audio, 160);
      }
    });

    it('one hears a prompt over the other, and keeps its place in the stream', async () => {
      const a = await call();
      const b = await call();
      void b.far.talk(tone([1500], 1000, { level: 0.3 }), 'PCMU', true);
      under.port.join(a.leg, b.leg);
      await a.far.watch.until(() => a.far.heard(1500).milliseconds >= 200, 'b at a');
      await over(play(a.leg, file(await prompt(600, 600))));
      const both = a.far.audio.filter(
        ({ samples }) => powerAt(samples, 600) > 5_000_000 && powerAt(samples, 1500) > 5_000_000,
      );
      expect(both.length).toBeGreaterThan(15);
      under.port.close(b.leg);
      await a.far.watch.until(() => a.far.audio.slice(-5).every(({ samples }) => energy(samples) < 100), 'silence');
    });

    it('passes keys on, under the number of the other leg', async () => {
      const a = await call({ events: 96 });
      const b = await call({ events: 110 });
      under.port.join(a.leg, b.leg);
      void a.far.talk(new Int16Array(1600), 'PCMU', true);
      await poll(() => b.far.packets.length > 20, 'packets of a at b');
      a.far.press(3);
      await b.far.watch.until(() => b.far.packets.filter((packet) => packet.payloadType === 110).length >= 7, 'events');
      expect(dtmf()).toBe('3');
    });
  });
}

/** One stream: sequence numbers and timestamps without a hole, the marker only at its start. */
function expectContinuous(packets: readonly HeardPacket[], samples: number): void {
  for (const [index, packet] of packets.slice(1).entries()) {
    const before = packets[index];
    expect(before && (packet.sequence - before.sequence) & 0xffff).toBe(1);
    expect(before && (packet.timestamp - before.timestamp) >>> 0).toBe(samples);
    expect(packet.ssrc).toBe(before?.ssrc);
    expect(packet.marker).toBe(false);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
