/** RTCP of a target, held against the streams that it is about (RFC 3550 section 6.4). Pure. */
import type { PacketRecord, ReportRecord, SentRecord } from '../../drivers/rtp-probe/types.ts';

/** What a sender report says, and what had come when it came. */
export interface SenderSaid {
  readonly ssrcs: readonly [said: number | undefined, came: readonly number[]];
  readonly packets: readonly [said: number, came: number];
  readonly octets: readonly [said: number, came: number];
  /** By how much the timestamp is ahead of the stream as it came, ms. */
  readonly aheadMs: number;
}

const samplesPerMs = 8;

export function senderSaid(report: ReportRecord, packets: readonly PacketRecord[]): SenderSaid | undefined {
  const { sender, at, ssrc } = report;
  const came = packets.filter((packet) => packet.at <= at);
  const last = came.at(-1);
  if (sender === undefined || last === undefined) return undefined;
  const since = ((sender.timestamp - last.timestamp) | 0) / samplesPerMs;
  return {
    ssrcs: [ssrc, [...new Set(came.map((packet) => packet.ssrc))]],
    packets: [sender.packets, came.length],
    octets: [sender.octets, came.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)],
    aheadMs: since - (at - last.at),
  };
}

/** By how much the clocks that two sender reports name have parted between them, ms: timestamps and NTP, NTP and ours. */
export function clocksParted(
  one: ReportRecord,
  other: ReportRecord,
): { readonly rtpMs: number; readonly ntpMs: number } {
  const ntp = (other.sender?.ntpMs ?? Number.NaN) - (one.sender?.ntpMs ?? Number.NaN);
  const rtp = (((other.sender?.timestamp ?? 0) - (one.sender?.timestamp ?? 0)) | 0) / samplesPerMs;
  return { rtpMs: rtp - ntp, ntpMs: ntp - (other.at - one.at) };
}

/** What a receiver says of our stream, and what we know of it. */
export interface ReceiverSaid {
  /** Packets of ours behind the highest that it has seen. */
  readonly behind: number;
  /** Extended highest sequence number. */
  readonly cycles: readonly [said: number, are: number];
  readonly lost: readonly [said: number, are: number];
  /** Of 256, since the report before. */
  readonly fraction: readonly [said: number, is: number];
  /** Packets since the report before. */
  readonly interval: number;
  readonly jitterMs: number;
}

/** `before` is the report before this one; without, our stream counts from its beginning. */
export function receiverSaid(
  report: ReportRecord,
  before: ReportRecord | undefined,
  sent: readonly SentRecord[],
): ReceiverSaid | undefined {
  const ours = (from: ReportRecord | undefined) => from?.blocks.find(({ ssrc }) => ssrc === sent[0]?.ssrc);
  const block = ours(report);
  if (block === undefined) return undefined;
  const placeOf = (highest: number | undefined): number =>
    highest === undefined ? -1 : sent.findIndex(({ sequence }) => sequence === (highest & 0xffff));
  const [until, from] = [placeOf(block.highest), placeOf(ours(before)?.highest)];
  const soFar = sent.filter(({ at }) => at <= report.at).length - 1;
  const lostIn = (some: readonly SentRecord[]): number => some.filter(({ lost }) => lost).length;
  const interval = sent.slice(from + 1, until + 1);
  const wraps = sent.slice(1, until + 1).filter(({ sequence }, i) => sequence < (sent[i]?.sequence ?? 0)).length;
  return {
    behind: soFar - until,
    cycles: [block.highest >>> 16, wraps],
    lost: [block.lost, lostIn(sent.slice(0, until + 1))],
    fraction: [block.fractionLost, Math.floor((lostIn(interval) * 256) / Math.max(1, interval.length))],
    interval: interval.length,
    jitterMs: block.jitter / samplesPerMs,
  };
}
