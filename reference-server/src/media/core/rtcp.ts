/** RTCP: sender and receiver reports, source descriptions, goodbye (RFC 3550 section 6). */
import { byte, type Ssrc, uint16, uint32, writeUint32 } from './rtp.ts';

/** RFC 3550 6.4.1. */
export interface ReportBlock {
  readonly ssrc: Ssrc;
  /** Lost since the last report, of 256. */
  readonly fractionLost: number;
  /** Signed 24 bit; negative when packets came twice. */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report; 0 without one. */
  readonly lastSr: number;
  /** Since that report, in 1/65536 s. */
  readonly delaySinceLastSr: number;
}

export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

export interface SenderInfo {
  readonly ntp: NtpTime;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export type RtcpPacket =
  | { readonly type: 'sr'; readonly ssrc: Ssrc; readonly sender: SenderInfo; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'rr'; readonly ssrc: Ssrc; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'sdes'; readonly chunks: readonly { readonly ssrc: Ssrc; readonly cname?: string }[] }
  | { readonly type: 'bye'; readonly ssrcs: readonly Ssrc[]; readonly reason?: string }
  /** APP and whatever else; its length was right. */
  | { readonly type: 'other'; readonly payloadType: number };

/** Milliseconds since 1970 as NTP time. */
export function ntpOf(unixMilliseconds: number): NtpTime {
  const seconds = Math.floor(unixMilliseconds / 1000);
  const fraction = Math.floor(((unixMilliseconds - seconds * 1000) / 1000) * 2 ** 32);
  return { seconds: (seconds + 2_208_988_800) >>> 0, fraction: fraction >>> 0 };
}

/** The 32 bits in the middle, as `lastSr` carries them. */
export function ntpMiddle(ntp: NtpTime): number {
  return (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;
}

/** The packets of a compound; undefined when it is not a valid one (RFC 3550 A.2). */
export function readRtcp(bytes: Uint8Array): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length || byte(bytes, at) >> 6 !== 2) return undefined;
    const end = at + 4 + uint16(bytes, at + 2) * 4;
    if (end > bytes.length) return undefined;
    const payloadType = byte(bytes, at + 1);
    if (at === 0 && payloadType !== 200 && payloadType !== 201) return undefined;
    const padding = (byte(bytes, at) & 0x20) === 0 ? 0 : byte(bytes, end - 1);
    if (padding > end - at - 4) return undefined;
    const packet = readOne(bytes.subarray(at, end - padding), payloadType);
    if (packet === undefined) return undefined;
    packets.push(packet);
    at = end;
  }
  return packets.length === 0 ? undefined : packets;
}

function readOne(bytes: Uint8Array, payloadType: number): RtcpPacket | undefined {
  const count = byte(bytes, 0) & 0x1f;
  switch (payloadType) {
    case 200: {
      if (bytes.length < 28 + count * 24) return undefined;
      const sender = {
        ntp: { seconds: uint32(bytes, 8), fraction: uint32(bytes, 12) },
        rtpTimestamp: uint32(bytes, 16),
        packets: uint32(bytes, 20),
        octets: uint32(bytes, 24),
      };
      return { type: 'sr', ssrc: uint32(bytes, 4) as Ssrc, sender, reports: readReports(bytes, 28, count) };
    }
    case 201:
      if (bytes.length < 8 + count * 24) return undefined;
      return { type: 'rr', ssrc: uint32(bytes, 4) as Ssrc, reports: readReports(bytes, 8, count) };
    case 202:
      return readSdes(bytes, count);
    case 203: {
      if (bytes.length < 4 + count * 4) return undefined;
      const ssrcs = Array.from({ length: count }, (_, index) => uint32(bytes, 4 + index * 4) as Ssrc);
      const reasonAt = 4 + count * 4;
      if (reasonAt >= bytes.length) return { type: 'bye', ssrcs };
      const reason = bytes.subarray(reasonAt + 1, reasonAt + 1 + byte(bytes, reasonAt));
      return { type: 'bye', ssrcs, reason: new TextDecoder().decode(reason) };
    }
    default:
      return { type: 'other', payloadType };
  }
}

function readReports(bytes: Uint8Array, start: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 24;
    const lost = uint32(bytes, at + 4);
    return {
      ssrc: uint32(bytes, at) as Ssrc,
      fractionLost: lost >>> 24,
      cumulativeLost: (lost << 8) >> 8,
      highestSequence: uint32(bytes, at + 8),
      jitter: uint32(bytes, at + 12),
      lastSr: uint32(bytes, at + 16),
      delaySinceLastSr: uint32(bytes, at + 20),
    };
  });
}

function readSdes(bytes: Uint8Array, count: number): RtcpPacket | undefined {
  const chunks: { ssrc: Ssrc; cname?: string }[] = [];
  let at = 4;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > bytes.length) return undefined;
    const ssrc = uint32(bytes, at) as Ssrc;
    at += 4;
    let cname: string | undefined;
    while (at < bytes.length && byte(bytes, at) !== 0) {
      const length = byte(bytes, at + 1);
      if (at + 2 + length > bytes.length) return undefined;
      if (byte(bytes, at) === 1) cname = new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    at = (at + 4) & ~3; // At least one zero ends the chunk, more fill the word up.
    chunks.push(cname === undefined ? { ssrc } : { ssrc, cname });
  }
  return { type: 'sdes', chunks };
}

/** A compound: SR when `sender` is given, else RR; then SDES with the CNAME; then BYE when `bye` is set. */
export function buildRtcp(report: {
  readonly ssrc: Ssrc;
  readonly cname: string;
  readonly sender?: SenderInfo;
  readonly reports: readonly ReportBlock[];
  readonly bye?: boolean;
}): Uint8Array {
  const name = new TextEncoder().encode(report.cname).subarray(0, 255);
  const head = report.sender === undefined ? 8 : 28;
  const reportBytes = head + report.reports.length * 24;
  const sdesBytes = 4 + ((4 + 2 + name.length + 4) & ~3);
  const bytes = new Uint8Array(reportBytes + sdesBytes + (report.bye === true ? 8 : 0));
  header(bytes, 0, report.sender === undefined ? 201 : 200, report.reports.length, reportBytes);
  writeUint32(bytes, 4, report.ssrc);
  if (report.sender !== undefined) {
    writeUint32(bytes, 8, report.sender.ntp.seconds);
    writeUint32(bytes, 12, report.sender.ntp.fraction);
    writeUint32(bytes, 16, report.sender.rtpTimestamp);
    writeUint32(bytes, 20, report.sender.packets);
    writeUint32(bytes, 24, report.sender.octets);
  }
  for (const [index, block] of report.reports.entries()) writeReport(bytes, head + index * 24, block);
  header(bytes, reportBytes, 202, 1, sdesBytes);
  writeUint32(bytes, reportBytes + 4, report.ssrc);
  bytes[reportBytes + 8] = 1;
  bytes[reportBytes + 9] = name.length;
  bytes.set(name, reportBytes + 10);
  if (report.bye === true) {
    header(bytes, reportBytes + sdesBytes, 203, 1, 8);
    writeUint32(bytes, reportBytes + sdesBytes + 4, report.ssrc);
  }
  return bytes;
}

function header(bytes: Uint8Array, at: number, payloadType: number, count: number, length: number): void {
  writeUint32(bytes, at, ((0x80 | count) << 24) | (payloadType << 16) | (length / 4 - 1));
}

function writeReport(bytes: Uint8Array, at: number, block: ReportBlock): void {
  const lost = Math.max(-0x800000, Math.min(0x7fffff, block.cumulativeLost));
  writeUint32(bytes, at, block.ssrc);
  writeUint32(bytes, at + 4, (block.fractionLost << 24) | (lost & 0xffffff));
  writeUint32(bytes, at + 8, block.highestSequence);
  writeUint32(bytes, at + 12, block.jitter);
  writeUint32(bytes, at + 16, block.lastSr);
  writeUint32(bytes, at + 20, block.delaySinceLastSr);
}
