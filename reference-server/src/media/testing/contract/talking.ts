/** Joined legs in every mode: no voice one-way, none where it does not belong, numbers without a break, keys once. */
import { expect, it } from 'vitest';
import type { Digit } from '../../../session/ids.ts';
import { energy, powerAt, tone } from '../../core/tone.ts';
import type { HeardPacket, Phone } from '../phone.ts';
import { poll } from '../until.ts';
import { expectContinuous, type Stage } from './stage.ts';

/** How much of a frequency there may be where it does not belong. */
const LEAK = 20_000;
const loudest = (packets: readonly HeardPacket[], frequency: number): number =>
  Math.max(0, ...packets.map(({ samples }) => powerAt(samples, frequency)));
const hears = (far: Phone, frequency: number, milliseconds: number): Promise<unknown> =>
  far.watch.until(() => far.heard(frequency).milliseconds >= milliseconds, `${frequency} Hz`, 8000);

export function talking(stage: Stage): void {
  const { call, event, dtmf, play, file, prompt, over } = stage;
  const say = (far: Phone, frequency: number, codec: 'PCMU' | 'PCMA' = 'PCMU'): void =>
    void far.talk(tone([frequency], 1000, { level: 0.3 }), codec, true);

  it('two calls side by side stay apart, and each leg hears only its own', async () => {
    const frequencies = [500, 900, 1500, 2100];
    const calls = await Promise.all(frequencies.map(() => call()));
    const [a, b, c, d] = calls;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four calls');
    for (const [index, { far }] of calls.entries()) say(far, frequencies[index] ?? 0);
    stage.under.port.join(a.leg, b.leg);
    stage.under.port.join(c.leg, d.leg);
    const pairs = [
      [a, 900],
      [b, 500],
      [c, 2100],
      [d, 1500],
    ] as const;
    for (const [{ far }, frequency] of pairs) {
      await hears(far, frequency, 600);
      for (const other of frequencies) if (other !== frequency) expect(loudest(far.audio, other)).toBeLessThan(LEAK);
    }
    stage.under.port.separate(a.leg, b.leg);
    await a.far.watch.until(() => a.far.audio.slice(-10).every(({ samples }) => energy(samples) < 100), 'silence');
    await hears(c.far, 2100, c.far.heard(2100).milliseconds + 200);
    // Another partner: the old one is let go.
    stage.under.port.join(a.leg, c.leg);
    await hears(a.far, 1500, 300);
    await d.far.watch.until(() => d.far.audio.slice(-10).every(({ samples }) => energy(samples) < 100), 'silence at d');
  });

  it.each([
    ['sendonly', 'recvonly', false, true],
    ['recvonly', 'sendonly', true, false],
    ['inactive', 'inactive', false, false],
  ] as const)('nothing leaks while a far end is %s', async (direction, answered, hearsOther, isHeard) => {
    const a = await call();
    const b = await call();
    say(a.far, 500);
    say(b.far, 1500);
    stage.under.port.join(a.leg, b.leg);
    await hears(a.far, 1500, 200);
    await hears(b.far, 500, 200);
    stage.under.port.update(a.leg, 'hold', a.far.sdp({ direction }));
    expect(await event('media.updated')).toMatchObject({
      direction,
      sdp: expect.stringContaining(`a=${answered}\r\n`),
    });
    const settled = performance.now() + 150;
    await poll(() => performance.now() > settled, 'what was on its way');
    const [atA, atB] = [a.far.audio.length, b.far.audio.length];
    await b.far.watch.until(() => b.far.audio.length > atB + 25, 'half a second at b');
    if (hearsOther) expect(loudest(a.far.audio.slice(atA), 1500)).toBeGreaterThan(1e6);
    else expect(a.far.audio.length).toBe(atA);
    if (isHeard) expect(loudest(b.far.audio.slice(atB), 500)).toBeGreaterThan(1e6);
    else expect(loudest(b.far.audio.slice(atB + 15), 500)).toBeLessThan(LEAK);
    stage.under.port.update(a.leg, 'back', a.far.sdp());
    await event('media.updated', (each) => each.offerId === 'back');
    const back = [a.far.audio.length, b.far.audio.length] as const;
    await a.far.watch.until(() => loudest(a.far.audio.slice(back[0] + 5), 1500) > 1e6, 'b at a again');
    await b.far.watch.until(() => loudest(b.far.audio.slice(back[1] + 5), 500) > 1e6, 'a at b again');
    for (const { far } of [a, b]) expect(new Set(far.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('holds a far end by an offer of its own, and takes it back', async () => {
    const a = await call();
    const b = await call();
    say(a.far, 500);
    say(b.far, 1500);
    stage.under.port.join(a.leg, b.leg);
    await hears(b.far, 500, 100);
    stage.under.port.offer(a.leg, 'inactive');
    const offered = await event('media.offered');
    expect(offered.sdp).toMatch(/^o=- \d+ 2 /m);
    expect(offered.sdp).toContain('a=inactive\r\n');
    stage.under.port.accept(a.leg, a.far.sdp({ direction: 'inactive' }));
    await poll(
      () => a.far.audio.at(-1) !== undefined && performance.now() - (a.far.audio.at(-1)?.at ?? 0) > 150,
      'hold',
    );
    await b.far.watch.until(() => b.far.audio.slice(-10).every(({ samples }) => energy(samples) < 100), 'silence at b');
    stage.under.port.offer(a.leg, 'sendrecv');
    const back = await event('media.offered', ({ sdp }) => sdp.includes('a=sendrecv\r\n'));
    expect(back.sdp).toMatch(/^o=- \d+ 3 /m);
    stage.under.port.accept(a.leg, a.far.sdp());
    const from = a.far.audio.length;
    await a.far.watch.until(() => loudest(a.far.audio.slice(from), 1500) > 1e6, 'b at a again');
  });

  it.each([
    ['passed on as they are', { codecs: ['PCMU'], events: 110 }],
    ['made anew between codecs', { codecs: ['PCMA'], events: 110 }],
  ] as const)('keys are %s, under the number of the other leg, each once', async (_, theirs) => {
    const a = await call({ codecs: ['PCMU'], events: 96 });
    const b = await call(theirs);
    void a.far.talk(new Int16Array(1600), 'PCMU', true);
    stage.under.port.join(a.leg, b.leg);
    await poll(() => b.far.packets.length > 20, 'packets of a at b');
    a.far.press(3);
    a.far.press(11, (index) => index < 2);
    const events = () => b.far.packets.filter(({ payloadType }) => payloadType === 110);
    await b.far.watch.until(() => events().filter(({ payload }) => payload[0] === 11).length >= 3, 'the second key');
    const presses = new Map(events().map((packet) => [`${packet.payload[0]} ${packet.timestamp}`, packet.payload[0]]));
    await b.far.watch.until(
      () => b.far.packets.slice(-5).every(({ payloadType }) => payloadType !== 110),
      'audio after',
    );
    expect([...presses.values()]).toEqual([3, 11]);
    expect(events().some(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0)).toBe(true);
    expect(dtmf()).toBe('3#');
    expect(b.far.packets.every((packet, i, all) => i === 0 || packet.ssrc === all[0]?.ssrc)).toBe(true);
  });

  it('keys become tones for a far end without events', async () => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: ['PCMU'], events: null });
    void a.far.talk(new Int16Array(1600), 'PCMU', true);
    stage.under.port.join(a.leg, b.leg);
    await poll(() => b.far.packets.length > 20, 'packets of a at b');
    a.far.press(5);
    const isKey = ({ samples }: HeardPacket): boolean =>
      powerAt(samples, 770) > 1e6 && powerAt(samples, 1336) > 1e6 && powerAt(samples, 941) < 1e6;
    await b.far.watch.until(() => b.far.audio.filter(isKey).length >= 4, 'the tones of 5');
    await b.far.watch.until(() => b.far.audio.slice(-5).every(({ samples }) => energy(samples) < 100), 'silence after');
    expect(b.far.audio.filter(isKey).length).toBeLessThanOrEqual(6);
    expect(dtmf()).toBe('5');
  });

  it.each([
    ['passed on', 'PCMU'],
    ['converted', 'PCMA'],
  ] as const)('comfort noise fills the pause of a voice that is %s, until the voice goes on', async (_, theirs) => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: [theirs] });
    stage.under.port.join(a.leg, b.leg);
    await a.far.talk(tone([500], 500, { level: 0.3 }), 'PCMU');
    await hears(b.far, 500, 300);
    // 40 dB under full scale: a mean square of 327².
    a.far.send(13, Uint8Array.of(40));
    const faint = ({ samples }: HeardPacket): boolean => energy(samples) > 200 ** 2 && energy(samples) < 450 ** 2;
    await b.far.watch.until(() => b.far.audio.slice(-20).every(faint), 'noise for 400 ms', 3000);
    a.far.pass(16_000);
    await a.far.talk(tone([700], 500, { level: 0.3 }), 'PCMU');
    await hears(b.far, 700, 300);
    expect(new Set(b.far.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(
      b.far.audio.every(
        (packet, i, all) => ((packet.sequence - (all[i - 1]?.sequence ?? packet.sequence - 1)) & 0xffff) === 1,
      ),
    ).toBe(true);
  });

  it.each([
    ['passed on', 'PCMU', 13],
    ['converted', 'PCMA', 98],
  ] as const)(
    'a pause is told to a far end that makes its noise itself, of a voice that is %s',
    async (_, theirs, noise) => {
      const a = await call({ codecs: ['PCMU'] });
      const b = await call({ codecs: [theirs], noise });
      stage.under.port.join(a.leg, b.leg);
      await a.far.talk(tone([500], 500, { level: 0.3 }), 'PCMU');
      await hears(b.far, 500, 300);
      const told = (): HeardPacket[] => b.far.packets.filter(({ payloadType }) => payloadType === noise);
      a.far.send(13, Uint8Array.of(40, 90));
      // Again and again, so that the stream is not taken for dead.
      await b.far.watch.until(() => told().length >= 3, 'the pause told three times', 3000);
      expect(told().map(({ payload }) => [...payload])).toEqual(Array(told().length).fill([40, 90]));
      const [one, two] = told();
      expect(one && two && Math.abs(((two.timestamp - one.timestamp) >>> 0) - 4000)).toBeLessThanOrEqual(160);
      const pausing = b.far.packets.indexOf(one as HeardPacket);
      expect(b.far.packets.slice(pausing).every(({ payloadType }) => payloadType === noise)).toBe(true);
      a.far.pass(8000);
      await a.far.talk(tone([700], 500, { level: 0.3 }), 'PCMU');
      await hears(b.far, 700, 300);
      const { packets } = b.far;
      expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
      expect(packets.every((p, i) => i === 0 || ((p.sequence - (packets[i - 1]?.sequence ?? 0)) & 0xffff) === 1)).toBe(
        true,
      );
      expect(packets[packets.findLastIndex(({ payloadType }) => payloadType === noise) + 1]?.marker).toBe(true);
    },
  );

  it.each([
    ['as an event', { codecs: ['PCMU'], events: 110 }],
    ['as an event between codecs', { codecs: ['PCMA'], events: 110 }],
    ['as tones', { codecs: ['PCMU'], events: null }],
  ] as const)('a key that signalling told of reaches the other leg %s, once', async (_, theirs) => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call(theirs);
    void a.far.talk(new Int16Array(1600), 'PCMU', true);
    stage.under.port.press(a.leg, '1' as Digit);
    stage.under.port.join(a.leg, b.leg);
    await poll(() => b.far.packets.length > 20, 'packets of a at b');
    stage.under.port.press(a.leg, '5' as Digit);
    stage.under.port.press(a.leg, '5' as Digit);
    const presses = (): number =>
      new Set(
        b.far.packets.filter(({ payloadType }) => payloadType === 110).map((p) => `${p.payload[0]} ${p.timestamp}`),
      ).size;
    const sounding = ({ samples }: HeardPacket): boolean => powerAt(samples, 770) > 1e6 && powerAt(samples, 1336) > 1e6;
    const tones = (): number => {
      const loud = b.far.audio.map(sounding);
      return loud.filter((now, i) => now && loud[i - 1] !== true).length;
    };
    const count = theirs.events === null ? tones : presses;
    await b.far.watch.until(() => count() >= 2, 'both keys');
    const from = b.far.packets.length;
    await b.far.watch.until(() => b.far.packets.length > from + 20, 'what comes behind them');
    expect(count()).toBe(2);
    const keys = b.far.packets.filter(({ payloadType }) => payloadType === 110).map(({ payload }) => payload[0]);
    expect(new Set(keys)).toEqual(new Set(theirs.events === null ? [] : [5]));
    expect(dtmf()).toBe('');
    expect(new Set(b.far.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('an even stream leaves although the packets come uneven', async () => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: ['PCMA'] });
    stage.under.port.join(a.leg, b.leg);
    say(a.far, 700);
    await hears(b.far, 700, 1000);
    const from = b.far.audio.findIndex(({ samples }) => powerAt(samples, 700) > 1e6) + 10;
    expect(b.far.heard(700, b.far.audio.slice(from)).share).toBeGreaterThan(0.95);
    expectContinuous(b.far.audio, 160);
  });

  it('a repeated ringing tone plays until it is stopped', async () => {
    const { leg, far } = await call();
    const job = stage.ring(leg, { frequencies: [425], cadence: [300, 200] });
    await hears(far, 425, 1300);
    const { share } = far.heard(425);
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.75);
    stage.under.port.stop(leg, job, 'all');
    expect(await over(job)).toMatchObject({ type: 'media.played', stopped: true });
    await over(play(leg, file(await prompt(900, 200))));
    expectContinuous(far.packets, 160);
  });

  it('is not missed until it is watched', async () => {
    const { leg } = await call({}, { rtpTimeoutSeconds: 0 });
    const from = performance.now();
    await poll(() => performance.now() - from > 700, 'a time without RTP');
    expect(stage.events.some(({ type }) => type === 'media.rtpTimeout')).toBe(false);
    stage.under.port.watch(leg, 0.4);
    await event('media.rtpTimeout');
    expect(performance.now() - from).toBeGreaterThan(1050);
  });
}
