import type { Observed } from '../../harness/types.ts';

/** Traffic of one ordinary call. */
export const SEEN: Observed = {
  calls: 1,
  sipMessages: 6,
  rtpPacketsReceived: 50,
  rtpPacketsSent: 50,
  callbacks: 3,
  restExchanges: 1,
};
