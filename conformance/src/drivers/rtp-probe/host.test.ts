import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { toneSegments } from './analysis.ts';
import { startProbes } from './host.ts';
import { host, pair, probes, useProbes } from './testing/probes.ts';
import type { RtpProbe } from './types.ts';

useProbes();

describe('two probes', () => {
  it('hear each other', async () => {
    const [a, b] = await pair();
    await a.sendTone(440, 1000, -16);
    await b.waitForPackets(50, 1000);
    const { received } = await b.stats();
    expect(received).toMatchObject({
      packets: 50,
      lost: 0,
      duplicates: 0,
      reordered: 0,
      sequenceBreaks: 0,
      timestampBreaks: 0,
    });
    const [found] = toneSegments((await b.audio()).pcm);
    expect(found?.frequency).toBeCloseTo(440, 0);
    expect(found?.levelDb).toBeCloseTo(-16, 0);
    // b has learnt from the packets where a is.
    await b.sendDigits('42', { durationMs: 60, pauseMs: 40 });
    await expect.poll(async () => (await a.events()).map((event) => event.digit)).toEqual(['4', '2']);
    await Promise.all([a.close(), b.close()]);
    expect((await b.stats()).received.packets).toBe(50);
  });

  it('wait for a tone, for packets and for silence', async () => {
    const [a, b] = await pair();
    const tone = b.waitForTone(1000, 200, 3000);
    // Not waited for: pieces that are queued follow each other without a gap.
    void a.sendSilence(100);
    await a.sendTone(1000, 400);
    const found = await tone;
    expect(Math.abs(found.startMs - 100)).toBeLessThan(10);
    expect(found.durationMs).toBeGreaterThanOrEqual(200);
    await b.waitForSilenceOnWire(100, 1000);
  });

  it.each([
    ['packets', (b: RtpProbe) => b.waitForPackets(5, 50), 'RTP of b: After 0.05 s 0 of 5 audio packets came'],
    [
      'a tone',
      (b: RtpProbe) => b.waitForTone(440, 100, 50),
      'RTP of b: After 0.05 s no tone of 440 Hz for 100 ms; heard: no tone at all',
    ],
  ])('say what they waited for in vain: %s', async (_, wait, message) => {
    const [, b] = await pair();
    await expect(wait(b)).rejects.toThrow(message);
  });

  it('say how late the suite may be where the tone came in pieces', async () => {
    const [a, b] = await pair();
    for (const _piece of [1, 2]) {
      await a.sendTone(440, 200);
      await b.waitForSilenceOnWire(60, 1000);
    }
    await expect(b.waitForTone(440, 300, 50)).rejects.toMatchObject({ limitMs: 50, bearsMs: 30 });
    await expect(b.waitForTone(440, 900, 50)).rejects.toMatchObject({ limitMs: 50, bearsMs: undefined });
  });

  it('say that it is not silent', async () => {
    const [a, b] = await pair();
    a.keepSending(true);
    await b.waitForPackets(1, 1000);
    await expect(b.waitForSilenceOnWire(500, 100)).rejects.toThrow(
      /^RTP of b: After 0\.1 s RTP still came \d+ ms ago$/,
    );
    a.keepSending(false);
    await b.waitForSilenceOnWire(60, 1000);
  });
});

it('RTCP and rubbish are counted apart', async () => {
  const probe = await probes.open({ name: 'c', host, codec: 'PCMU' });
  const socket = createSocket('udp4');
  socket.send(Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 1), probe.port + 1, host);
  socket.send('hello', probe.port, host);
  await expect.poll(async () => (await probe.stats()).received).toMatchObject({ rtcp: 1, malformed: 1, packets: 0 });
  socket.close();
});

it.each([
  ['PCMU', 0, 'PCMA', 8],
  ['PCMA', 8, 'PCMU', 0],
] as const)('a probe of %s sends nothing of payload type %i once it speaks %s', async (codec, old, next, now) => {
  const [a, b] = await Promise.all([
    probes.open({ name: 'changing', host, codec }),
    probes.open({ name: 'other', host, codec: 'PCMU' }),
  ]);
  a.sendTo(host, b.port);
  a.keepSending(true);
  const tone = a.sendTone(440, 400);
  await b.waitForPackets(5, 1000);
  await a.speak(next);
  const before = (await a.captured()).datagrams.length;
  await tone;
  await b.waitForTone(440, 380, 1000);
  await b.waitForPackets(before + 20, 1000);
  const types = (await a.captured()).datagrams.map(({ bytes }) => (bytes[1] ?? 0) & 0x7f);
  expect(new Set(types.slice(before))).toEqual(new Set([now]));
  expect(types.indexOf(old)).toBe(0);
  expect(types.lastIndexOf(old)).toBeLessThan(types.indexOf(now));
  await Promise.all([a.close(), b.close()]);
});

it('the thread tells when it was held up, and for how long', { timeout: 30_000 }, async () => {
  const held: { at: number; ms: number }[] = [];
  const epoch = Date.now() - 1000;
  const own = startProbes({ epoch }, (at, ms) => held.push({ at, ms }));
  const probe = await own.open({ name: 'busy', host, codec: 'PCMU' });
  // Packets for so many digits are laid out in one go: the thread does nothing else meanwhile.
  void probe.sendDigits('1'.repeat(15_000)).catch(() => {});
  await expect.poll(() => Math.max(0, ...held.map(({ ms }) => ms)), { timeout: 20_000 }).toBeGreaterThan(20);
  expect(held.every(({ at }) => at > 900 && at < 60_000)).toBe(true);
  await own.close();
});

it('a probe knows what it sent, and what of it never went out', async () => {
  const [a, b] = await pair();
  a.impair({ every: 5, how: ['lost', 'late'] });
  await a.sendTone(440, 380, -16);
  await b.waitForPackets(17, 1000);
  const sent = await a.sent();
  expect(sent.map(({ lost }, i) => (lost ? i : -1)).filter((i) => i >= 0)).toEqual([4, 14]);
  const came = (await b.packets()).map(({ sequence }) => sequence);
  expect(new Set(came)).toEqual(new Set(sent.flatMap(({ lost, sequence }) => (lost ? [] : [sequence]))));
  expect(await b.reports()).toEqual([]);
  await Promise.all([a.close(), b.close()]);
});
