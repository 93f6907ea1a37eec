/** The stream that a leg received, packet by packet, on the scale of its own timestamps. */
import type { PacketRecord, RtpProbe, ToneSegment } from '../../drivers/rtp-probe/types.ts';

/** An audio packet and where its first sample lies, ms from the first packet of the stream. */
export interface Placed extends PacketRecord {
  readonly offsetMs: number;
}

const samplesPerMs = 8;

/** Packets of the payload types given, in order of arrival. */
export async function placedPackets(rtp: RtpProbe, payloadType: number): Promise<Placed[]> {
  const packets = (await rtp.packets()).filter((packet) => packet.payloadType === payloadType);
  const first = packets[0]?.timestamp ?? 0;
  return packets.map((packet) => ({ ...packet, offsetMs: ((packet.timestamp - first) | 0) / samplesPerMs }));
}

/** Those that carry a tone. */
export const during = (packets: readonly Placed[], tone: ToneSegment): Placed[] =>
  packets.filter(({ offsetMs }) => offsetMs + 20 > tone.startMs && offsetMs < tone.startMs + tone.durationMs);

/** Ms between each arrival and the next. */
export const distances = (packets: readonly Placed[]): number[] =>
  packets.slice(1).map((packet, i) => packet.at - (packets[i]?.at ?? packet.at));

export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Most packets that arrived within so many ms. */
export function mostWithin(packets: readonly Placed[], ms: number): number {
  let [most, from] = [0, 0];
  packets.forEach((packet, i) => {
    while ((packets[from]?.at ?? packet.at) < packet.at - ms) from += 1;
    most = Math.max(most, i - from + 1);
  });
  return most;
}

/** Steps of the sequence numbers, with their wrap (RFC 3550 5.1). */
export const sequenceSteps = (packets: readonly Placed[]): number[] =>
  packets.slice(1).map((packet, i) => (packet.sequence - (packets[i]?.sequence ?? 0)) & 0xffff);

/** Steps of the timestamps, with their wrap. */
export const timestampSteps = (packets: readonly Placed[]): number[] =>
  packets.slice(1).map((packet, i) => (packet.timestamp - (packets[i]?.timestamp ?? 0)) >>> 0);

/**
 * By how much the sender's clock left ours from the first second to the last, ms. The earliest arrival of each counts,
 * because a packet may come late for many reasons and early for none.
 */
export function drift(packets: readonly Placed[]): number {
  const end = packets.at(-1)?.offsetMs ?? 0;
  const earliest = (some: readonly Placed[]): number => Math.min(...some.map(({ at, offsetMs }) => at - offsetMs));
  const first = earliest(packets.filter(({ offsetMs }) => offsetMs < 1000));
  const last = earliest(packets.filter(({ offsetMs }) => offsetMs > end - 1000));
  return last - first;
}
