/** DTMF, once a key. */
import { expect, it } from 'vitest';
import { eventOfDigit, tonesOfDigit } from '../../core/dtmf.ts';
import { tone } from '../../core/tone.ts';
import type { Phone } from '../phone.ts';
import type { Stage } from './stage.ts';

export function keys(stage: Stage): void {
  const { call, event, dtmf, events, watch } = stage;

  const pressed = async (
    far: Phone,
    keys: readonly (readonly [string, (index: number) => boolean])[],
  ): Promise<void> => {
    for (const [digit, drop] of keys) {
      far.press(eventOfDigit(digit), drop);
      // Nobody presses faster.
      const heard = far.packets.length;
      await far.watch.until(() => far.packets.length > heard + 4, 'the time of a key');
    }
    await watch.until(
      () => dtmf().includes('D'),
      () => `the last key, after ${dtmf()}`,
    );
  };

  it('tells each key once, whatever is lost or sent again', async () => {
    const { leg, far } = await call({ events: 96 });
    await pressed(far, [
      ['1', () => false],
      ['1', (index) => index >= 4],
      ['1', (index) => index < 3],
      ['5', (index) => index !== 1 && index !== 6],
      ['#', (index) => index > 1],
      ['D', () => false],
    ]);
    expect(dtmf()).toBe('1115#D');
    expect(events.find((each) => each.type === 'media.dtmf')).toMatchObject({ leg, source: 'rfc4733' });
  });

  it('tells a key of which one packet comes', async () => {
    const { far } = await call({ events: 96 });
    await pressed(far, [
      ['5', (index) => index !== 6],
      ['#', (index) => index !== 0],
      ['D', () => false],
    ]);
    expect(dtmf()).toBe('5#D');
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
    // Whoever has pressed goes on sending.
    await far.talk(Int16Array.from([...samples, ...new Int16Array(1600)]));
    await watch.until(
      () => dtmf().length >= 3,
      () => `three keys, not ${dtmf()}`,
    );
    expect(dtmf()).toBe('90*');
    expect(events.find((each) => each.type === 'media.dtmf')).toMatchObject({ leg, source: 'inband' });
  });
}
