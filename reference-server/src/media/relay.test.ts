/** Joined legs whose packets take the lanes: nothing may tell, except the count. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LegId, PlayJobId } from '../session/ids.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import { tone } from './core/tone.ts';
import { createMediaEngine } from './engine.ts';
import type { MediaEngine, MediaEngineOptions } from './options.ts';
import { expectContinuous } from './testing/contract/stage.ts';
import { Phone, type PhoneOptions } from './testing/phone.ts';
import { relays } from './testing/relays.ts';
import { poll, Watch } from './testing/until.ts';

const FROM = 24_000 + 2 * Math.floor(Math.random() * 4000);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const nothing = () => Promise.reject(new Error('not asked for'));
const prompts = { stat: nothing, get: nothing, read: nothing, put: nothing, create: nothing, delete: nothing };

describe.each(relays)('joined legs relayed by %s', (_, relay) => {
  let engine: MediaEngine;
  let events: MediaEvent[];
  let watch: Watch;
  let phones: Phone[];

  beforeEach(() => {
    events = [];
    watch = new Watch();
    phones = [];
    engine = start({});
  });
  afterEach(async () => {
    await engine.shutdown();
    await Promise.all(phones.map((phone) => phone.close()));
  });

  function start(changes: Partial<MediaEngineOptions>): MediaEngine {
    return createMediaEngine({
      ...{ address: '127.0.0.1', portRange: { from: FROM, to: FROM + 199 }, workers: 1, prompts, log: quiet, relay },
      tts: { speak: nothing, close: async () => undefined },
      rtpTimeoutMs: 600,
      onEvent: (event) => {
        events.push(event);
        watch.changed();
      },
      ...changes,
    });
  }

  async function call(id: string, near?: LegId, options: PhoneOptions = {}): Promise<{ leg: LegId; far: Phone }> {
    const far = await Phone.open(options);
    phones.push(far);
    const leg = id as LegId;
    engine.open(leg, { offer: far.sdp(), codecs: ['PCMU', 'PCMA', 'GSM'], ...(near === undefined ? {} : { near }) });
    const opened = await watch.until(
      () => events.find((event) => event.type === 'media.opened' && event.leg === leg),
      'the leg',
    );
    far.connect(opened.type === 'media.opened' ? opened.sdp : '');
    return { leg, far };
  }

  async function talking() {
    const a = await call('a');
    const b = await call('b', a.leg);
    void a.far.talk(tone([500], 1000, { level: 0.3 }), 'PCMU', true);
    void b.far.talk(tone([1500], 1000, { level: 0.3 }), 'PCMU', true);
    engine.join(a.leg, b.leg);
    await passing();
    return { a, b };
  }

  /** Packets pass on the lanes, from now on. */
  const passing = async (count = 20): Promise<void> => {
    const from = engine.stats().packetsPassed;
    await poll(() => engine.stats().packetsPassed >= from + count, 'packets on the lanes');
  };
  const dtmf = () => events.flatMap((event) => (event.type === 'media.dtmf' ? [event.digit] : []));

  it('hear each other in one stream without a break, before, while and after', async () => {
    const { a, b } = await talking();
    await passing(60);
    engine.separate(a.leg, b.leg);
    const from = a.far.packets.length;
    await a.far.watch.until(() => a.far.packets.length > from + 10, 'silence of our own');
    for (const [{ far }, frequency] of [
      [a, 1500],
      [b, 500],
    ] as const) {
      expect(far.heard(frequency).milliseconds).toBeGreaterThan(1000);
      expect(new Set(far.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
      expectContinuous(far.audio, 160);
    }
  });

  it('are not told of keys twice, nor left out', async () => {
    const { a, b } = await talking();
    for (const event of [3, 11, 7]) {
      a.far.press(event);
      await passing();
    }
    expect(dtmf()).toEqual(['3', '#', '7']);
    const presses = new Set(b.far.packets.filter(({ payloadType }) => payloadType === 101).map((p) => p.timestamp));
    expect(presses.size).toBe(3);
  });

  it('send reports that count what passed', async () => {
    const { a } = await talking();
    await passing(30);
    const sent = a.far.packets.length;
    engine.close(a.leg);
    const bye = () => a.far.reports.some(({ type }) => type === 'bye');
    await a.far.watch.until(bye, 'the last report');
    const last = a.far.reports.findLast((report) => report.type === 'sr');
    expect(last?.sender.packets).toBeGreaterThanOrEqual(sent);
    expect(last?.reports[0]).toMatchObject({ ssrc: a.far.ssrc, cumulativeLost: 0 });
    expect(last?.reports[0]?.jitter).toBeLessThan(200);
  });

  it('are missed when they fall silent, and hear silence of our own', async () => {
    const { a, b } = await talking();
    await a.far.close();
    phones.splice(phones.indexOf(a.far), 1);
    const missed = () => events.find(({ type }) => type === 'media.rtpTimeout');
    expect(await watch.until(missed, 'the time-out', 4000)).toEqual({ type: 'media.rtpTimeout', leg: 'a' });
    const from = b.far.packets.length;
    await b.far.watch.until(() => b.far.packets.length > from + 20, 'silence at b');
    expect(new Set(b.far.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('may move to another port', async () => {
    const { a, b } = await talking();
    const moved = await Phone.open();
    phones.push(moved);
    const opened = events.find((event) => event.type === 'media.opened' && event.leg === a.leg);
    moved.connect(opened?.type === 'media.opened' ? opened.sdp : '');
    await a.far.close();
    phones.splice(phones.indexOf(a.far), 1);
    void moved.talk(tone([700], 1000, { level: 0.3 }), 'PCMU', true);
    await moved.watch.until(() => moved.heard(1500).milliseconds > 300, 'b at the new place', 5000);
    await b.far.watch.until(() => b.far.heard(700).milliseconds > 300, 'the new place at b');
    await passing(60);
  });

  it('are mixed with a prompt while it plays, and pass again after it', async () => {
    const { a, b } = await talking();
    const id = 'ring' as PlayJobId;
    engine.play(a.leg, {
      ...{ id, domain: 'd', repeat: true },
      phrases: [{ kind: 'tone', tone: { frequencies: [900], cadence: [200] } }],
    });
    await a.far.watch.until(() => a.far.heard(900).milliseconds >= 100 || a.far.audio.length > 200, 'both');
    engine.stop(a.leg, id, 'all');
    await passing(60);
    expectContinuous(a.far.audio, 160);
    expectContinuous(b.far.audio, 160);
  });

  it('bear whatever comes from the place of the far end', async () => {
    const { a, b } = await talking();
    const head = fc.tuple(fc.constantFrom(0x80, 0x90, 0xa0, 0xbf, 0), fc.constantFrom(0, 8, 13, 101, 0x80, 0xe5));
    const ssrc = [24, 16, 8, 0].map((shift) => (a.far.ssrc >>> shift) & 0xff);
    const own = fc
      .tuple(head, fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.uint8Array({ maxLength: 3000 }))
      .map(([start, numbers, rest]) => Uint8Array.of(...start, ...numbers, ...ssrc, ...rest));
    const any = fc.uint8Array({ maxLength: 40 });
    for (const bytes of fc.sample(fc.oneof(any, own), { numRuns: 2000, seed: 7 })) await a.far.raw(bytes);
    await passing(100);
    const from = b.far.audio.length;
    await b.far.watch.until(() => b.far.heard(500, b.far.audio.slice(from)).milliseconds > 200, 'a at b', 5000);
    expect(events.filter(({ type }) => type === 'media.failed')).toEqual([]);
  });

  it.each([
    ['PCMU', 10, 80, 80],
    ['PCMU', 60, 480, 480],
    ['GSM', 60, 99, 480],
  ] as const)('get %s in the packets of %i ms that one asked for', async (codec, ptime, octets, samples) => {
    const a = await call('a', undefined, { codecs: [codec] });
    const b = await call('b', a.leg, { codecs: [codec], ptime });
    void a.far.talk(tone([500], 1000, { level: 0.3 }), codec, true);
    void b.far.talk(tone([1500], 1000, { level: 0.3 }), codec, true);
    engine.join(a.leg, b.leg);
    // To a, that asked for nothing, they pass as they are.
    await passing();
    await b.far.watch.until(() => b.far.heard(500).milliseconds >= 1500, 'a at b', 5000);
    expect(new Set(b.far.audio.map(({ payload }) => payload.length))).toEqual(new Set([octets]));
    expect(new Set(a.far.audio.map(({ samples: { length } }) => length))).toEqual(new Set([160]));
    expectContinuous(b.far.audio, samples);
    expect(a.far.heard(1500).milliseconds).toBeGreaterThan(1000);
    expect(b.far.heard(500).share).toBeGreaterThan(0.9);
  });

  it('get packets of 20 ms, asked for, on the lanes, and others made into them', async () => {
    const a = await call('a');
    const b = await call('b', a.leg, { ptime: 20 });
    engine.join(a.leg, b.leg);
    const say = async ({ far }: typeof a, octet: number, milliseconds: number, count: number): Promise<void> => {
      const from = performance.now();
      for (let sent = 1; sent <= count; sent++) {
        far.send(0, new Uint8Array(8 * milliseconds).fill(octet));
        far.pass(8 * milliseconds);
        await poll(() => performance.now() >= from + sent * milliseconds, 'the next packet');
      }
    };
    const passed = () => engine.stats().packetsPassed;
    await say(b, 0x40, 20, 10);
    await say(a, 0x30, 20, 60);
    await say(a, 0x20, 30, 5);
    const first = passed();
    expect(first).toBeGreaterThan(10);
    await say(a, 0x20, 30, 30);
    expect(passed()).toBe(first);
    await say(a, 0x10, 20, 120);
    await poll(() => passed() > first + 20, 'packets on the lanes again');
    const { audio } = b.far;
    expect(new Set(audio.map(({ payload }) => payload.length))).toEqual(new Set([160]));
    const whole = audio.filter(({ payload }) => payload.every((octet) => octet === 0x20));
    expect(whole.length).toBeGreaterThan(30);
    expect(audio.every((p, i) => i === 0 || ((p.sequence - (audio[i - 1]?.sequence ?? 0)) & 0xffff) === 1)).toBe(true);
    expect(new Set(audio.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('give every port back', async () => {
    const { a, b } = await talking();
    for (const { leg } of [a, b]) engine.close(leg);
    await poll(() => engine.stats().ports === 0, 'the ports');
    const again = await call('again');
    expect(again.leg).toBe('again');
  });
});
