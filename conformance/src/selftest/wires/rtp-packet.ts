import type { RtpPacket } from '../types.ts';

type Fields = Pick<RtpPacket, 'payloadType' | 'sequence' | 'timestamp' | 'ssrc' | 'marker' | 'payload'>;

/** What stands between the fixed header and the payload: CSRCs and extension; goes along as it is. */
interface Between {
  readonly first: number;
  readonly between: Buffer;
}

/** Takes a packet apart (RFC 3550 5.1); undefined for what is none. */
export function readPacket(bytes: Buffer): (Fields & Between) | undefined {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 12 || first >> 6 !== 2) return undefined;
  let end = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (bytes.length < end + 4) return undefined;
    end += 4 + 4 * bytes.readUInt16BE(end + 2);
  }
  if (bytes.length < end) return undefined;
  return {
    first,
    between: bytes.subarray(12, end),
    marker: second >> 7 === 1,
    payloadType: second & 0x7f,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(end),
  };
}

export function writePacket(packet: Fields & Partial<Between>): Buffer {
  const { first = 0x80, between = Buffer.alloc(0) } = packet;
  const head = Buffer.alloc(12);
  head[0] = first;
  head[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  head.writeUInt16BE(packet.sequence & 0xffff, 2);
  head.writeUInt32BE(packet.timestamp >>> 0, 4);
  head.writeUInt32BE(packet.ssrc >>> 0, 8);
  return Buffer.concat([head, between, packet.payload]);
}
