/** Recordings of two parties: stereo, on one time line, there when they are said to be. */
import { MPEGDecoder } from 'mpg123-decoder';
import { expect, it } from 'vitest';
import type { LegId, RecordingId } from '../../../session/ids.ts';
import type { MediaEvent } from '../../../session/ports/media-event.ts';
import { toInt16 } from '../../core/resample.ts';
import { energy, powerAt, tone } from '../../core/tone.ts';
import { DOMAIN, type Stage } from './stage.ts';

type Recorded = Extract<MediaEvent, { type: 'media.recorded' }>;

interface Stereo {
  readonly left: Int16Array;
  readonly right: Int16Array;
}

export function recording(stage: Stage): void {
  const { call, event } = stage;
  let count = 0;

  const start = (left: LegId, right: LegId, fileName = `call-${++count}.wav`) => {
    const id = `recording-${++count}` as RecordingId;
    const from = performance.timeOrigin + performance.now();
    stage.under.port.startRecording({ id, domain: DOMAIN, fileName, left, right });
    return { id, fileName, from };
  };
  const over = (id: RecordingId) => event('media.recorded', (each) => each.recording === id);

  /**
   * Stops it. Its length is held against the moments that the port names, and these lie where the commands were given:
   * however late a busy machine is, the file is as long as the time that it tells of.
   */
  async function stop(id: RecordingId, from: number): Promise<Recorded> {
    const asked = performance.timeOrigin + performance.now();
    stage.under.port.stopRecording(id);
    const told = await over(id);
    const known = performance.timeOrigin + performance.now();
    if (told.span === undefined) throw new Error('the moments of the recording are not told');
    expect(told.span.from).toBeGreaterThan(from - 1);
    expect(told.span.from).toBeLessThan(asked);
    expect(told.span.to).toBeGreaterThan(asked - 1);
    expect(told.span.to).toBeLessThan(known + 1);
    return told;
  }
  const lengthOf = ({ span }: Recorded): number => (span?.to ?? Number.NaN) - (span?.from ?? Number.NaN);

  async function read(fileName: string): Promise<Stereo> {
    const bytes = await stage.under.getPrompt(DOMAIN, fileName);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)]).toEqual([2, 8000, 16]);
    expect([view.getUint32(4, true), view.getUint32(40, true)]).toEqual([bytes.length - 8, bytes.length - 44]);
    const at = (offset: number) =>
      Int16Array.from({ length: (bytes.length - 44) / 4 }, (_, i) => view.getInt16(44 + i * 4 + offset, true));
    return { left: at(0), right: at(2) };
  }
  const onset = (samples: Int16Array): number => samples.findIndex((sample) => Math.abs(sample) > 1000);

  it.each([
    ['one codec', 'PCMU'],
    ['two codecs', 'PCMA'],
    ['PCMU and GSM', 'GSM'],
  ] as const)('legs of %s: each in its channel, aligned, of the right length, twice in a row', async (_, codec) => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: [codec] });
    stage.under.port.join(a.leg, b.leg);
    for (const swapped of [false, true]) {
      const { id, fileName, from } = start(swapped ? b.leg : a.leg, swapped ? a.leg : b.leg);
      const quiet = new Int16Array(1600);
      // Nobody falls silent within a sound: what conceals a loss goes on with it for a moment, into the next recording.
      const burst = (frequency: number) =>
        Int16Array.from([...quiet, ...tone([frequency], 800, { level: 0.3 }), ...quiet]);
      await Promise.all([a.far.talk(burst(500)), b.far.talk(burst(1500), codec)]);
      const told = await stop(id, from);
      const { left, right } = await read(fileName);
      expect(told).toMatchObject({ recording: id, bytes: 44 + left.length * 4, silent: [] });
      expect(told.failure).toBe(undefined);
      expect(Math.abs(left.length / 8 - lengthOf(told))).toBeLessThan(1);
      const [mine, theirs] = swapped ? [right, left] : [left, right];
      for (const [channel, frequency] of [
        [mine, 500],
        [theirs, 1500],
      ] as const) {
        const sound = channel.subarray(onset(channel) + 160, onset(channel) + 5600);
        expect(powerAt(sound, frequency) / 2 / energy(sound)).toBeGreaterThan(0.95);
      }
      expect(Math.abs(onset(mine) - onset(theirs))).toBeLessThan(30 * 8);
    }
  });

  it('as MP3: each in its channel, aligned, of the right length', async () => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: ['PCMA'] });
    const { id, fileName, from } = start(a.leg, b.leg, `call-${++count}.mp3`);
    const burst = (frequency: number) =>
      Int16Array.from([...new Int16Array(1600), ...tone([frequency], 1800, { level: 0.3 })]);
    await Promise.all([a.far.talk(burst(500)), b.far.talk(burst(1500), 'PCMA')]);
    const told = await stop(id, from);
    const bytes = await stage.under.getPrompt(DOMAIN, fileName);
    expect(told).toMatchObject({ recording: id, bytes: bytes.length, silent: [] });
    expect(told.failure).toBe(undefined);
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const { channelData, sampleRate, errors } = decoder.decode(bytes);
    decoder.free();
    expect(errors).toEqual([]);
    const [left, right] = channelData.map((each) => toInt16(each.map((sample) => sample * 32768)));
    if (left === undefined || right === undefined) throw new Error('the MP3 is not stereo');
    expect(Math.abs((left.length * 1000) / sampleRate - lengthOf(told))).toBeLessThan(20);
    for (const [channel, frequency] of [
      [left, 500],
      [right, 1500],
    ] as const) {
      const sound = channel.subarray(onset(channel) + sampleRate / 10, onset(channel) + sampleRate);
      expect(powerAt(sound, frequency, sampleRate) / 2 / energy(sound)).toBeGreaterThan(0.95);
    }
    expect((Math.abs(onset(left) - onset(right)) * 1000) / sampleRate).toBeLessThan(30);
  });

  it('has what is said behind a pause without packets where it was said', async () => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: ['PCMA'] });
    stage.under.port.join(a.leg, b.leg);
    const { id, fileName } = start(a.leg, b.leg);
    const word = async (): Promise<number> => {
      const at = performance.now();
      await Promise.all([
        a.far.talk(tone([500], 400, { level: 0.3 })),
        b.far.talk(tone([1500], 400, { level: 0.3 }), 'PCMA'),
      ]);
      return at;
    };
    const first = await word();
    const until = performance.now() + 800;
    for (const { far } of [a, b]) far.pass(6400);
    await a.far.watch.until(() => performance.now() >= until, 'the pause');
    const second = await word();
    stage.under.port.stopRecording(id);
    expect(await over(id)).toMatchObject({ silent: [] });
    const { left, right } = await read(fileName);
    for (const channel of [left, right]) {
      const begin = onset(channel);
      const pause = begin + 400 * 8 + 800;
      const apart = (pause + onset(channel.subarray(pause)) - begin) / 8;
      // What is held back against jitter may have grown by some packets on a busy machine.
      expect(Math.abs(apart - (second - first))).toBeLessThan(150);
    }
  });

  it('has the noise of a pause that a far end describes (RFC 3389)', async () => {
    const a = await call({ codecs: ['PCMU'] });
    const b = await call({ codecs: ['PCMA'] });
    const { id, fileName } = start(a.leg, b.leg);
    void b.far.talk(tone([1500], 1000, { level: 0.3 }), 'PCMA', true);
    await a.far.talk(tone([500], 400, { level: 0.3 }));
    a.far.send(13, Uint8Array.of(40));
    const from = b.far.packets.length;
    await b.far.watch.until(() => b.far.packets.length >= from + 50, 'a pause of a second');
    stage.under.port.stopRecording(id);
    expect(await over(id)).toMatchObject({ silent: [] });
    const { left } = await read(fileName);
    const pause = left.subarray(onset(left) + 3600, onset(left) + 3600 + 3200);
    expect(10 * Math.log10(energy(pause) / 32_768 ** 2)).toBeCloseTo(-40, -0.3);
  });

  it('ends when a leg closes, and tells of it after both have', async () => {
    const a = await call();
    const b = await call();
    const { id, fileName } = start(a.leg, b.leg);
    void a.far.talk(tone([700], 2000, { level: 0.3 }));
    await a.far.watch.until(() => a.far.packets.length > 30, 'some time');
    stage.under.port.close(b.leg);
    stage.under.port.close(a.leg);
    stage.under.port.stopRecording(id);
    expect(await over(id)).toMatchObject({ silent: ['right'] });
    const { left, right } = await read(fileName);
    expect(energy(left.subarray(left.length / 2))).toBeGreaterThan(1e6);
    expect(energy(right)).toBe(0);
    expect(stage.events.filter(({ type }) => type === 'media.recorded')).toHaveLength(1);
  });

  it('keeps nothing when nobody was heard', async () => {
    const a = await call();
    const b = await call();
    const { id, fileName } = start(a.leg, b.leg);
    await a.far.watch.until(() => a.far.packets.length > 10, 'some time');
    stage.under.port.stopRecording(id);
    const told = await over(id);
    expect(told).toMatchObject({ recording: id, silent: ['left', 'right'] });
    expect([told.bytes, told.failure]).toEqual([undefined, undefined]);
    await expect(stage.under.getPrompt(DOMAIN, fileName)).rejects.toThrow();
  });

  it.each([
    ['a format that is not there', 'x.ogg'],
    ['a name that is none', '../x.wav'],
  ])('fails with %s', async (_, fileName) => {
    const a = await call();
    const b = await call();
    const { id } = start(a.leg, b.leg, fileName);
    void a.far.talk(tone([700], 400, { level: 0.3 }));
    await a.far.watch.until(() => a.far.packets.length > 10, 'some time');
    stage.under.port.stopRecording(id);
    const told = await over(id);
    expect(told.failure).toEqual(expect.any(String));
    expect(told.bytes).toBe(undefined);
  });

  it('fails without the media of two parties', async () => {
    const { leg } = await call();
    expect(await over(start(leg, 'nobody' as LegId).id)).toMatchObject({ failure: expect.any(String), silent: [] });
  });
}
