/** Two legs that hear each other. */
import { expect, it } from 'vitest';
import { energy, powerAt, tone } from '../../core/tone.ts';
import { poll } from '../until.ts';
import { expectContinuous, type Stage } from './stage.ts';

/** GSM has no code for nothing: its silence is a faint noise, here up to 40 dB under the voices. */
const QUIET = 5_000;

export function joined(stage: Stage): void {
  const { call, play, over, file, prompt, dtmf } = stage;

  it.each([
    ['of one codec', ['PCMU'], ['PCMU']],
    ['of two codecs', ['PCMU'], ['PCMA']],
    ['of GSM', ['GSM'], ['GSM']],
    ['of PCMU and GSM', ['PCMU'], ['GSM']],
    ['of GSM and PCMA', ['GSM'], ['PCMA']],
  ] as const)('%s hear each other until they are separated', async (_, mine, theirs) => {
    const a = await call({ codecs: mine });
    const b = await call({ codecs: theirs });
    void a.far.talk(tone([500], 1000, { level: 0.3 }), mine[0], true);
    void b.far.talk(tone([1500], 1000, { level: 0.3 }), theirs[0], true);
    stage.under.port.join(a.leg, b.leg);
    await a.far.watch.until(() => a.far.heard(1500).milliseconds >= 600, 'b at a');
    await b.far.watch.until(() => b.far.heard(500).milliseconds >= 600, 'a at b');
    expect(a.far.heard(500).milliseconds).toBe(0);
    expect(b.far.heard(1500).milliseconds).toBe(0);
    stage.under.port.separate(a.leg, b.leg);
    for (const { far } of [a, b]) {
      await far.watch.until(() => far.audio.slice(-10).every(({ samples }) => energy(samples) < QUIET), 'silence');
      expect(new Set(far.packets.map((packet) => packet.ssrc)).size).toBe(1);
      expectContinuous(far.audio, 160);
    }
  });

  it('one hears a prompt over the other, and keeps its place in the stream', async () => {
    const a = await call();
    const b = await call();
    void b.far.talk(tone([1500], 1000, { level: 0.3 }), 'PCMU', true);
    stage.under.port.join(a.leg, b.leg);
    await a.far.watch.until(() => a.far.heard(1500).milliseconds >= 200, 'b at a');
    await over(play(a.leg, file(await prompt(600, 600))));
    const both = a.far.audio.filter(
      ({ samples }) => powerAt(samples, 600) > 5_000_000 && powerAt(samples, 1500) > 5_000_000,
    );
    expect(both.length).toBeGreaterThan(15);
    stage.under.port.close(b.leg);
    await a.far.watch.until(() => a.far.audio.slice(-5).every(({ samples }) => energy(samples) < 100), 'silence');
  });

  it('passes keys on, under the number of the other leg', async () => {
    const a = await call({ events: 96 });
    const b = await call({ events: 110 });
    stage.under.port.join(a.leg, b.leg);
    void a.far.talk(new Int16Array(1600), 'PCMU', true);
    await poll(() => b.far.packets.length > 20, 'packets of a at b');
    a.far.press(3);
    await b.far.watch.until(() => b.far.packets.filter((packet) => packet.payloadType === 110).length >= 7, 'events');
    expect(dtmf()).toBe('3');
  });
}
