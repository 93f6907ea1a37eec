/** RTCP (RFC 3550 6). */
import { rtcp, rtp } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { one } from './one.ts';

/** Packet types of RTCP (RFC 3550 12.1). */
const [senderReport, description, goodbye] = [200, 202, 203];

export const control: readonly Mutant[] = [
  one(
    'cname-changes',
    'Each compound has another CNAME',
    'rtcp-compound',
    rtcp.changing(description, (packet, memory) => {
      const count = Number(memory.get('names') ?? 0) + 1;
      memory.set('names', count);
      packet[10] = 0x61 + (count % 26);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'packets-miscounted',
    'A sender report counts too many packets',
    'rtcp-sender',
    rtcp.changing(senderReport, (packet) => {
      packet.writeUInt32BE(packet.readUInt32BE(20) + 50, 20);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'octets-with-headers',
    'A sender report counts the headers as octets too',
    'rtcp-sender',
    rtcp.changing(senderReport, (packet) => {
      packet.writeUInt32BE(packet.readUInt32BE(24) + 12 * packet.readUInt32BE(20), 24);
    }),
    'media/rtcp-ivr',
  ),
  one(
    'losses-miscounted',
    'A report tells of losses that were none',
    'rtcp-receiver',
    rtp.toTarget.loseEvery(8),
    'media/rtcp-ivr',
  ),
  one(
    'goodbye-of-another',
    'A goodbye names another stream',
    'rtcp-bye',
    rtcp.changing(goodbye, (packet) => {
      packet.writeUInt32BE(4711, 4);
    }),
    'media/rtcp-ivr',
  ),
];
