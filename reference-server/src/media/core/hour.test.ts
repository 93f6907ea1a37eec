/** An hour of audio, in a moment: what leaves and what is recorded is where it belongs, to the millisecond. */
import { expect, it } from 'vitest';
import { ConversationRecorder } from './conversation-recorder.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { Pacer } from './pacer.ts';
import type { Ssrc } from './rtp.ts';

const HOUR = 3_600_000;
const PACKET = 160;

it('packets of an hour are due by the clock, however late the thread wakes', () => {
  const pacer = new Pacer(0, { interval: 10, maxSteps: 2, maxBehind: 200 });
  let [now, steps, late] = [0, 0, 0.37];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  while (now < HOUR) {
    late = (late * 7.3) % 1.9;
    now += pacer.delay(now) + late;
    const due = pacer.due(now);
    steps += due;
    // How late the newest packet is by the schedule that its timestamp tells; early by more than half a step, none ever is.
    const behind = now - steps * 10;
    if (due > 0 && now < 60_000) first = Math.min(first, behind);
    if (due > 0 && now > HOUR - 60_000) last = Math.min(last, behind);
  }
  expect(Math.abs(last - first)).toBeLessThan(1);
  expect(pacer.skipped).toBe(0);
});

/** Marks a sample so that it is found again: a peak of µ-law in silence. */
const peaked = (at: number): Uint8Array => new Uint8Array(PACKET).fill(0xff).fill(0x80, at, at + 1);
const quiet = new Uint8Array(PACKET).fill(0xff);

it('a voice that is converted for an hour comes as late at the end as at the beginning', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(PACKET);
  const delays: number[] = [];
  let marked = 0;
  for (let now = 0, n = 0; now < HOUR; now += 20, n++) {
    // A mark each minute; packets come up to 6 ms late.
    const mark = n % 3000 === 1000;
    if (mark) marked = n * PACKET + 40;
    const packet = { ssrc: 1, timestamp: (n * PACKET + 4_000_000_000) >>> 0 };
    buffer.put(packet, mark ? peaked(40) : quiet, 'PCMU', now + ((n * 7) % 13) / 2);
    buffer.pull(out);
    const at = out.findIndex((sample) => sample > 16_000);
    if (at >= 0) delays.push(n * PACKET + at - marked);
  }
  expect(delays.length).toBe(60);
  expect(Math.max(...delays) - Math.min(...delays)).toBeLessThanOrEqual(8);
});

// Each second the slow clock's packets come 0.1 ms later, in an hour 360 ms: that is no jitter, and nobody is to wait for it.
it('a voice whose clock is slow for an hour waits no longer at the end than at the beginning', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(PACKET);
  let longest = 0;
  for (let now = 0, index = 0; now < HOUR; now += 20) {
    for (; index * 20.002 <= now; index++) {
      buffer.put({ ssrc: 1, timestamp: (index * PACKET) >>> 0 }, quiet, 'PCMU', index * 20.002);
    }
    buffer.pull(out);
    longest = Math.max(longest, buffer.delay);
  }
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThanOrEqual(320);
});

it('both channels of a recording of an hour are where they were said', () => {
  const recorder = new ConversationRecorder(0);
  const found = { left: [] as number[], right: [] as number[] };
  const said = { left: [] as number[], right: [] as number[] };
  let taken = 0;
  const look = (piece: Int16Array): void => {
    for (let i = 0; i < piece.length; i++) {
      if ((piece[i] ?? 0) > 16_000) found[i % 2 === 0 ? 'left' : 'right'].push(taken + (i >> 1));
    }
    taken += piece.length / 2;
  };
  for (let now = 20, n = 0; now <= HOUR; now += 20, n++) {
    const mark = n % 3000 === 500;
    for (const [side, ssrc, late] of [
      ['left', 1, ((n * 7) % 13) / 2],
      ['right', 2, ((n * 5) % 11) / 2],
    ] as const) {
      if (mark) said[side].push(n * PACKET + 70);
      const packet = { ssrc: ssrc as Ssrc, timestamp: (n * PACKET + ssrc * 3_000_000_000) >>> 0, marker: n === 0 };
      recorder.hear(side, packet, mark ? peaked(70) : quiet, 'PCMU', now + late);
    }
    for (let piece = recorder.take(now); piece !== undefined; piece = recorder.take(now)) look(piece);
  }
  look(recorder.rest(HOUR));
  expect(taken).toBe(HOUR * 8);
  for (const side of ['left', 'right'] as const) {
    expect(found[side].length).toBe(60);
    const off = found[side].map((at, i) => at - (said[side][i] ?? 0));
    expect(Math.max(...off) - Math.min(...off)).toBeLessThanOrEqual(8);
    expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(8 * 8);
  }
});
