import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

/** Written differently, the relay of the proxies does not know the device's address, and stands between it and the far end. */
const relayed = sip
  .any()
  .withSdp()
  .sdp((line) => line.replace(/^c=IN IP4 127\.\d+\.\d+\.(?=\d+$)/, (all) => `${all}0`));

export const cloudUa: readonly Mutant[] = [
  mutant(
    'cloud-ua/relays-rtp',
    'RTP of a call that a device handles itself goes through the service',
    'cloud-ua-rtp-direct',
    relayed,
    { scenarios: ['cloud-ua/outgoing'] },
  ),
  mutant(
    'cloud-ua/callbacks-mixed-up',
    'callAnswered of the second of two calls tells of the first',
    'cloud-ua-sessions-apart',
    callback('callAnswered').json((json, { body }, memory) => {
      const first = memory.get('first') ?? body.remotePartyNumber;
      memory.set('first', first);
      return { ...(json as object), remotePartyNumber: first };
    }),
    { scenarios: ['cloud-ua/two-at-once'] },
  ),
];
