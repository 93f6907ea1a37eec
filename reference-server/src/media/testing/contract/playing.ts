/** Prompts, and what else a play job can hold. */
import { expect, it } from 'vitest';
import type { PlayJobId, RecordingId } from '../../../session/ids.ts';
import type { Phrase } from '../../../session/ports/phrase.ts';
import { energy, powerAt, tone } from '../../core/tone.ts';
import { readWav } from '../../core/wav.ts';
import type { HeardPacket } from '../phone.ts';
import { DOMAIN, expectContinuous, median, type Stage } from './stage.ts';

export function playing(stage: Stage): void {
  const { call, play, over, file, prompt, event, events } = stage;

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

  it('keeps its pace while the far end falls silent, which sends no packets then', async () => {
    const { leg, far } = await call();
    const job = play(leg, file(await prompt(1000, 1500)));
    await far.talk(tone([700], 600, { level: 0.3 }));
    await over(job);
    const gaps = far.packets.slice(1).map((packet, index) => packet.at - (far.packets[index]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(100);
    expect(Math.abs(far.heard(1000).milliseconds - 1500)).toBeLessThanOrEqual(20);
  });

  it.each([10, 30, 60])('sends packets of %i ms when the far end asks for them', async (ptime) => {
    const { far } = await call({ ptime });
    await far.watch.until(() => far.packets.length >= 10, 'ten packets');
    expectContinuous(far.packets, ptime * 8);
    expect((await event('media.opened')).sdp).toContain(`a=ptime:${ptime}\r\n`);
  });

  // What a far end asks for says nothing of what it sends (RFC 8866 section 6.4).
  it.each([
    { ptime: 10, sends: 20 },
    { ptime: 30, sends: 20 },
    { ptime: 40, sends: 20 },
    { ptime: 60, sends: 20 },
    { ptime: 20, sends: 40 },
    { ptime: 40, sends: 40 },
  ])('takes its time for a far end that asks for $ptime ms and sends $sends ms, and hears it', async (times) => {
    const { leg, far } = await call(times);
    const before = far.packets.length + 20;
    void far.talk(tone([750], 1200, { level: 0.3 }), 'PCMU', true);
    await far.watch.until(() => far.packets.length >= before, 'twenty packets');
    await over(play(leg, file(await prompt(1000, 1000))));
    const after = far.packets.length + 2;
    await far.watch.until(() => far.packets.length >= after, 'packets after the prompt');
    const sound = far.audio.filter(({ samples }) => powerAt(samples, 1000) > 1_000_000);
    const [begin, end] = [sound[0], sound.at(-1)];
    const told = sound.reduce((sum, { samples }) => sum + samples.length / 8, 0) - (end?.samples.length ?? 0) / 8;
    expect(Math.abs(told - 1000)).toBeLessThanOrEqual(100);
    expect(Math.abs((end?.at ?? 0) - (begin?.at ?? 0) - told)).toBeLessThanOrEqual(60);
    await over(play(leg, { kind: 'record', fileName: 'voice.wav', parameters: { maxDuration: 1 } }));
    const { samples } = readWav(await stage.under.getPrompt(DOMAIN, 'voice.wav'));
    const inner = samples.subarray(800, 7200);
    expect(powerAt(inner, 750) / 2).toBeGreaterThan(energy(inner) * 0.9);
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
    await stage.under.putPrompt(DOMAIN, 'text.wav', new TextEncoder().encode('not audio at all'));
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
    stage.under.port.stop(leg, job, 'current');
    expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
    expect(far.heard(600).milliseconds).toBeLessThan(1500);
    expect(Math.abs(far.heard(1200).milliseconds - 300)).toBeLessThanOrEqual(20);
    expectContinuous(far.packets, 160);
  });

  it('stops the whole job, and only that one', async () => {
    const { leg, far } = await call();
    const job = play(leg, file(await prompt(600, 3000)), file(await prompt(1200, 300)));
    await far.watch.until(() => far.heard(600).milliseconds >= 200, 'the first phrase');
    stage.under.port.stop(leg, 'another' as PlayJobId, 'all');
    stage.under.port.stop(leg, job, 'all');
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
    stage.under.port.background(leg, { domain: DOMAIN, source: { fileName }, repeatPause: 0.1 });
    await far.watch.until(() => far.heard(400).milliseconds >= 900, 'three rounds');
    const { share } = far.heard(400);
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.85);
    await over(play(leg, file(await prompt(1100, 700))));
    const both = far.audio.filter(
      ({ samples }) => powerAt(samples, 400) > 5_000_000 && powerAt(samples, 1100) > 5_000_000,
    );
    expect(both.length).toBeGreaterThan(15);
    stage.under.port.background(leg, undefined);
    await far.watch.until(
      () => far.audio.slice(-10).every(({ samples }) => energy(samples) < 100),
      'silence after the background',
    );
    expectContinuous(far.packets, 160);
  });

  it('tells of a background that cannot be had, and plays on', async () => {
    const { leg, far } = await call();
    stage.under.port.background(leg, { domain: DOMAIN, source: { fileName: 'missing.wav' }, repeatPause: 0 });
    const told = await event('media.backgroundFailed', (each) => each.leg === leg);
    expect(told).toMatchObject({ reason: 'phraseError', detail: expect.stringMatching(/missing\.wav/) });
    await over(play(leg, file(await prompt(1200, 200))));
    expect(far.heard(1200).milliseconds).toBeGreaterThan(150);
  });

  it('gives the far end back what it says while an echo phrase is on', async () => {
    const { leg, far } = await call();
    const job = play(leg, { kind: 'echo', parameters: { maxDuration: 1 } });
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
    const { samples, sampleRate } = readWav(await stage.under.getPrompt(DOMAIN, 'voice.wav'));
    expect(sampleRate).toBe(8000);
    expect(Math.abs(samples.length / 8 - 1000)).toBeLessThanOrEqual(100);
    expect(powerAt(samples.subarray(800, 7200), 850) / 2).toBeGreaterThan(energy(samples.subarray(800, 7200)) * 0.95);
  });

  const named = (fileName: string, recording: string, maxDuration: number): Phrase => ({
    kind: 'record',
    fileName,
    parameters: { maxDuration },
    recording: recording as RecordingId,
  });
  const kept = () => events.filter((one) => one.type === 'media.recorded');

  it('tells of a recording that has a name before it says that it has played', async () => {
    const { leg, far } = await call();
    const job = play(leg, named('named.wav', 'one', 0.4));
    void far.talk(tone([850], 800, { level: 0.3 }));
    await over(job);
    const { length } = await stage.under.getPrompt(DOMAIN, 'named.wav');
    expect(kept()).toEqual([{ type: 'media.recorded', recording: 'one', bytes: length, silent: [] }]);
    expect(events.findIndex(({ type }) => type === 'media.recorded')).toBeLessThan(
      events.findIndex(({ type }) => type === 'media.played'),
    );
  });

  it('tells of a named recording once, whether nothing was heard, nothing was begun, or the leg was closed', async () => {
    const { leg, far } = await call();
    const job = play(leg, named('silent.wav', 'silent', 0.2), file('missing.wav'), named('never.wav', 'never', 1));
    await over(job);
    expect(kept()).toEqual([
      { type: 'media.recorded', recording: 'silent', silent: ['left', 'right'] },
      { type: 'media.recorded', recording: 'never', silent: [] },
    ]);
    play(leg, named('cut.wav', 'cut', 10));
    await far.talk(tone([850], 400, { level: 0.3 }));
    stage.under.port.close(leg);
    const cut = await event('media.recorded', ({ recording }) => recording === 'cut');
    expect(cut).toEqual({ type: 'media.recorded', recording: 'cut', bytes: expect.any(Number), silent: [] });
  });

  it('records the far end as MP3, and plays it', async () => {
    const { leg, far } = await call();
    const job = play(leg, { kind: 'record', fileName: 'voice.mp3', parameters: { maxDuration: 1 } });
    void far.talk(tone([850], 1500, { level: 0.3 }));
    await over(job);
    expect(await over(play(leg, file('voice.mp3')))).toMatchObject({ type: 'media.played', stopped: false });
    const { milliseconds, share } = far.heard(850);
    expect(Math.abs(milliseconds - 1000)).toBeLessThanOrEqual(120);
    expect(share).toBeGreaterThan(0.9);
  });
}
