/** RTP packets (RFC 3550 section 5). Reading fills a view that its owner keeps, so that a packet costs no allocation. */
import type { Brand } from '../../session/ids.ts';

export type Ssrc = Brand<number, 'Ssrc'>;

export const RTP_HEADER_BYTES = 12;

/** What a packet says, and where in its bytes the payload lies. */
export interface RtpView {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: Ssrc;
  csrcCount: number;
  /** Profile-specific id of the header extension, -1 without one. */
  extensionProfile: number;
  extensionStart: number;
  extensionEnd: number;
  payloadStart: number;
  /** Padding is already taken off. */
  payloadEnd: number;
}

export function createRtpView(): RtpView {
  return {
    marker: false,
    payloadType: 0,
    sequence: 0,
    timestamp: 0,
    ssrc: 0 as Ssrc,
    csrcCount: 0,
    extensionProfile: -1,
    extensionStart: 0,
    extensionEnd: 0,
    payloadStart: 0,
    payloadEnd: 0,
  };
}

/** False, and the view is worthless, when the bytes are no RTP packet of version 2 (RFC 3550 A.1). */
export function readRtp(packet: Uint8Array, view: RtpView): boolean {
  const length = packet.length;
  if (length < RTP_HEADER_BYTES) return false;
  const first = byte(packet, 0);
  if (first >> 6 !== 2) return false;
  const second = byte(packet, 1);
  // 72–76 with the marker are RTCP SR to APP that strayed to this port (RFC 5761 4).
  if (second >= 200 && second <= 204) return false;
  view.csrcCount = first & 0x0f;
  let at = RTP_HEADER_BYTES + view.csrcCount * 4;
  if ((first & 0x10) === 0) {
    view.extensionProfile = -1;
    view.extensionStart = at;
    view.extensionEnd = at;
  } else {
    if (at + 4 > length) return false;
    view.extensionProfile = uint16(packet, at);
    view.extensionStart = at + 4;
    view.extensionEnd = at + 4 + uint16(packet, at + 2) * 4;
    at = view.extensionEnd;
  }
  if (at > length) return false;
  let end = length;
  if ((first & 0x20) !== 0) {
    const padding = byte(packet, length - 1);
    if (padding === 0 || at + padding > length) return false;
    end = length - padding;
  }
  view.marker = (second & 0x80) !== 0;
  view.payloadType = second & 0x7f;
  view.sequence = uint16(packet, 2);
  view.timestamp = uint32(packet, 4);
  view.ssrc = uint32(packet, 8) as Ssrc;
  view.payloadStart = at;
  view.payloadEnd = end;
  return true;
}

/** Writes the twelve bytes of a header without CSRC, extension and padding. */
export function writeRtpHeader(
  packet: Uint8Array,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: Ssrc,
): void {
  packet[0] = 0x80;
  packet[1] = (marker ? 0x80 : 0) | payloadType;
  packet[2] = (sequence >>> 8) & 0xff;
  packet[3] = sequence & 0xff;
  writeUint32(packet, 4, timestamp);
  writeUint32(packet, 8, ssrc);
}

export interface RtpPacket {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: Ssrc;
  readonly csrc?: readonly number[];
  readonly extension?: { readonly profile: number; readonly data: Uint8Array };
  readonly payload: Uint8Array;
  /** Bytes of padding to add, the count byte included. */
  readonly padding?: number;
}

/** A whole packet. The extension is filled up with zeros to a multiple of four bytes. */
export function buildRtp(packet: RtpPacket): Uint8Array {
  const csrc = packet.csrc ?? [];
  const words = packet.extension === undefined ? 0 : Math.ceil(packet.extension.data.length / 4);
  const extensionBytes = packet.extension === undefined ? 0 : 4 + words * 4;
  const padding = packet.padding ?? 0;
  const start = RTP_HEADER_BYTES + csrc.length * 4 + extensionBytes;
  const bytes = new Uint8Array(start + packet.payload.length + padding);
  writeRtpHeader(bytes, packet.marker, packet.payloadType, packet.sequence, packet.timestamp, packet.ssrc);
  bytes[0] = 0x80 | (padding > 0 ? 0x20 : 0) | (packet.extension === undefined ? 0 : 0x10) | csrc.length;
  for (const [index, source] of csrc.entries()) writeUint32(bytes, RTP_HEADER_BYTES + index * 4, source);
  if (packet.extension !== undefined) {
    const at = RTP_HEADER_BYTES + csrc.length * 4;
    writeUint32(bytes, at, packet.extension.profile * 0x10000 + words);
    bytes.set(packet.extension.data, at + 4);
  }
  bytes.set(packet.payload, start);
  if (padding > 0) bytes[bytes.length - 1] = padding;
  return bytes;
}

/** How far sequence number `a` is ahead of `b`, −32768…32767. */
export function sequenceDistance(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** How far timestamp `a` is ahead of `b`, −2³¹…2³¹−1. */
export function timestampDistance(a: number, b: number): number {
  return (a - b) | 0;
}

export function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function uint16(bytes: Uint8Array, at: number): number {
  return (byte(bytes, at) << 8) | byte(bytes, at + 1);
}

export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 24) & 0xff;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}
