/** The stream that a leg received, packet by packet, on the scale of its own timestamps. */
import type { Lateness, PacketRecord, RtpProbe, ToneSegment } from '../../drivers/rtp-probe/types.ts';

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

/** A gap above 60 ms, or three packets and more that come at once, is one disturbance of a stream (D-RTP). */
const longGapMs = 60;
const atOnceMs = 5;
/** Timers are later than a packet only where the machine is at work on something else. */
const lateMs = 20;

/** Distances above 60 ms, but for those at which we ourselves were late by as much. */
export function longGaps(packets: readonly Placed[], late: readonly Lateness[] = []): number[] {
  return packets.slice(1).flatMap((packet, i) => {
    const before = packets[i]?.at ?? packet.at;
    const gap = packet.at - before;
    const excused = Math.max(lateMs, gap - longGapMs);
    return gap > longGapMs && !lateWithin(late, before, packet.at, excused) ? [gap] : [];
  });
}

/** Sizes of the bursts: three packets or more, each within 5 ms of the one before, unless we read them late. */
export function bursts(packets: readonly Placed[], late: readonly Lateness[] = []): number[] {
  const runs: Placed[][] = [];
  for (const packet of packets) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && packet.at - before.at < atOnceMs) run.push(packet);
    else runs.push([packet]);
  }
  return runs.flatMap((run) => {
    const [from, to] = [run[0]?.at ?? 0, run.at(-1)?.at ?? 0];
    return run.length > 2 && !lateWithin(late, from, to, lateMs) ? [run.length] : [];
  });
}

/** How often a stream may be disturbed: once, or in one packet of a hundred. */
export const fewOf = (packets: readonly Placed[]): number => Math.max(1, Math.floor(packets.length / 100));

/** We were late by so much at a moment of this stretch, or a packet's time beside it. */
const lateWithin = (late: readonly Lateness[], from: number, to: number, ms: number): boolean =>
  late.some((one) => one.ms >= ms && one.at >= from - lateMs && one.at - one.ms <= to + lateMs);

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
