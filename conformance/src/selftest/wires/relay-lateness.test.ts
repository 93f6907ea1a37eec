import { expect, it } from 'vitest';
import { startProbes } from '../../drivers/rtp-probe/host.ts';
import { runClock } from '../../harness/clock.ts';
import { behindRelay } from './relay-lateness.ts';

it('counts the lateness of the relay since the probe was opened as its own', async () => {
  const clock = runClock(Date.now());
  const late = [{ at: clock.now() - 1000, ms: 300 }];
  const probes = behindRelay(startProbes(clock), clock.now, () => late);
  try {
    const probe = await probes.open({ name: 'caller', host: '127.0.0.1', codec: 'PCMU' });
    const held = { at: clock.now() + 5000, ms: 70_000 };
    late.push(held);
    const { sent } = await probe.stats();
    expect(sent.lateMs).toBe(70_000);
    expect(sent.late).toContainEqual(held);
    expect(sent.late).not.toContainEqual(late[0]);
  } finally {
    await probes.close();
  }
});
