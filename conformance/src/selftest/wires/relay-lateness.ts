import type { Lateness, ProbeHost } from '../../drivers/rtp-probe/types.ts';

/**
 * Probes whose packets pass a relay. When it was late, their packets were, whoever sent them: its lateness counts as the
 * probe's own.
 * @param late moments on the run's clock at which the relay's thread was late.
 */
export const behindRelay = (probes: ProbeHost, now: () => number, late: () => readonly Lateness[]): ProbeHost => ({
  open: async (options) => {
    const probe = await probes.open(options);
    const openedAt = now();
    return {
      ...probe,
      stats: async () => {
        const { received, sent } = await probe.stats();
        const onTheWay = late().filter(({ at }) => at >= openedAt);
        const lateMs = Math.max(sent.lateMs, ...onTheWay.map(({ ms }) => ms));
        return { received, sent: { ...sent, lateMs, late: [...sent.late, ...onTheWay] } };
      },
    };
  },
  close: () => probes.close(),
});
