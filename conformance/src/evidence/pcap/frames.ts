/** Ethernet, IPv4, UDP and TCP around bytes that crossed a wire (RFC 791, 768, 9293). Pure. */

export interface Place {
  /** Dotted IPv4. */
  readonly host: string;
  readonly port: number;
}

const udp = 17;
const tcp = 6;
/** An IP packet is no longer. */
const longest = 65_535 - 20 - 20;

/** A datagram in a frame; what is longer than an IP packet is cut. */
export function datagram(from: Place, to: Place, bytes: Uint8Array): Buffer {
  const body = bytes.subarray(0, longest);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(from.port, 0);
  head.writeUInt16BE(to.port, 2);
  head.writeUInt16BE(8 + body.byteLength, 4);
  const whole = Buffer.concat([head, body]);
  // A sum of nought is sent as its complement: nought says that there is none.
  whole.writeUInt16BE(transportSum(from, to, udp, whole) || 0xffff, 6);
  return around(from, to, udp, whole);
}

export const flags = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 } as const;

export function segment(
  from: Place,
  to: Place,
  of: { readonly sequence: number; readonly acknowledged: number; readonly flags: number },
  bytes: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(from.port, 0);
  head.writeUInt16BE(to.port, 2);
  head.writeUInt32BE(of.sequence >>> 0, 4);
  head.writeUInt32BE(of.acknowledged >>> 0, 8);
  head.writeUInt8(5 << 4, 12);
  head.writeUInt8(of.flags, 13);
  head.writeUInt16BE(0xffff, 14);
  const whole = Buffer.concat([head, bytes]);
  whole.writeUInt16BE(transportSum(from, to, tcp, whole), 16);
  return around(from, to, tcp, whole);
}

function around(from: Place, to: Place, protocol: number, payload: Buffer): Buffer {
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(20 + payload.length, 2);
  ip.writeUInt16BE(0x4000, 6);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(protocol, 9);
  octets(from.host).copy(ip, 12);
  octets(to.host).copy(ip, 16);
  ip.writeUInt16BE(sum(ip), 10);
  // Addresses of the hardware were never seen; these are local ones (IEEE 802), made of the IP addresses.
  const hardware = ({ host }: Place): Buffer => Buffer.concat([Buffer.from([2, 0]), octets(host)]);
  return Buffer.concat([hardware(to), hardware(from), Buffer.from([8, 0]), ip, payload]);
}

const octets = (host: string): Buffer => Buffer.from(host.split('.').map(Number));

function transportSum(from: Place, to: Place, protocol: number, whole: Buffer): number {
  const pseudo = Buffer.alloc(12);
  octets(from.host).copy(pseudo, 0);
  octets(to.host).copy(pseudo, 4);
  pseudo.writeUInt8(protocol, 9);
  pseudo.writeUInt16BE(whole.length, 10);
  return sum(Buffer.concat([pseudo, whole]));
}

/** The Internet checksum (RFC 1071). */
function sum(bytes: Buffer): number {
  let total = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) total += bytes.readUInt16BE(i);
  if (bytes.length % 2 === 1) total += (bytes[bytes.length - 1] ?? 0) << 8;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
