/** A monitor hears both parties and is heard by nobody. */
import { expect, it } from 'vitest';
import { energy, powerAt, tone } from '../../core/tone.ts';
import { expectContinuous, type Stage } from './stage.ts';

export function listening(stage: Stage): void {
  const { call } = stage;

  it.each([
    ['one codec', 'PCMU'],
    ['another codec', 'PCMA'],
  ] as const)('a monitor of %s hears both, is heard by neither, and goes without a trace', async (_, codec) => {
    const a = await call();
    const b = await call();
    const monitor = await call({ codecs: [codec] });
    void a.far.talk(tone([500], 1000, { level: 0.2 }), 'PCMU', true);
    void b.far.talk(tone([1500], 1000, { level: 0.2 }), 'PCMU', true);
    void monitor.far.talk(tone([2500], 1000, { level: 0.2 }), codec, true);
    stage.under.port.join(a.leg, b.leg);
    stage.under.port.listen(monitor.leg, [a.leg, b.leg]);
    const both = () =>
      monitor.far.audio.filter(({ samples }) => powerAt(samples, 500) > 1e6 && powerAt(samples, 1500) > 1e6);
    await monitor.far.watch.until(() => both().length >= 30, 'both at the monitor');
    expectContinuous(monitor.far.audio, 160);
    for (const { far } of [a, b]) {
      expect(Math.max(...far.audio.map(({ samples }) => powerAt(samples, 2500)))).toBeLessThan(20_000);
    }
    stage.under.port.close(a.leg);
    const only = () => monitor.far.audio.slice(-10).every(({ samples }) => powerAt(samples, 500) < 20_000);
    await monitor.far.watch.until(only, 'a to be gone');
    await monitor.far.watch.until(() => powerAt(monitor.far.audio.at(-1)?.samples ?? [], 1500) > 1e6, 'b still');
    stage.under.port.listen(monitor.leg, []);
    await monitor.far.watch.until(
      () => monitor.far.audio.slice(-10).every(({ samples }) => energy(samples) < 100),
      'silence',
    );
  });

  it('the parties go on when the monitor goes', async () => {
    const a = await call();
    const b = await call();
    const monitor = await call();
    void a.far.talk(tone([500], 1000, { level: 0.2 }), 'PCMU', true);
    stage.under.port.join(a.leg, b.leg);
    stage.under.port.listen(monitor.leg, [a.leg, b.leg]);
    await monitor.far.watch.until(() => monitor.far.heard(500).milliseconds >= 200, 'a at the monitor');
    stage.under.port.close(monitor.leg);
    const before = b.far.heard(500).milliseconds;
    await b.far.watch.until(() => b.far.heard(500).milliseconds >= before + 300, 'a at b');
    expectContinuous(b.far.audio, 160);
  });
}
