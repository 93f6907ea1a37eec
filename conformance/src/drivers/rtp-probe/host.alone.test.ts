/** Probes against the clock, which a busy machine would fail. */
import { describe, expect, it } from 'vitest';
import { epoch, pair, useProbes } from './testing/probes.ts';

useProbes();

describe('two probes', () => {
  it('hear each other in turns of 20 ms that do not drift', async () => {
    const [a, b] = await pair();
    const began = Date.now() - epoch;
    await a.sendTone(440, 1000, -16);
    await b.waitForPackets(50, 1000);
    const { received } = await b.stats();
    expect(Math.abs(received.pacing.median - 20)).toBeLessThan(2);
    expect(Math.abs((received.lastAt ?? 0) - (received.firstAt ?? 0) - 980)).toBeLessThan(40);
    expect((received.firstAt ?? 0) - began).toBeGreaterThanOrEqual(-5);
  });

  it('have the length of a pause in the timestamp, and mark the packet after it', async () => {
    const [a, b] = await pair();
    await a.sendTone(600, 200);
    await b.waitForSilenceOnWire(150, 1000);
    await a.sendTone(600, 200);
    await b.waitForPackets(20, 1000);
    const { received } = await b.stats();
    expect(received).toMatchObject({ markers: 2, sequenceBreaks: 0, timestampBreaks: 0 });
    const all = await b.packets();
    const [last, next] = [all[9], all[10]];
    const [wire, stamped] = [(next?.at ?? 0) - (last?.at ?? 0), ((next?.timestamp ?? 0) - (last?.timestamp ?? 0)) / 8];
    expect(wire).toBeGreaterThan(150);
    expect(Math.abs(stamped - wire)).toBeLessThan(20);
  });
});
