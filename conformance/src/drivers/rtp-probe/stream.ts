/** What came on one port, measured. Pure: every packet is handed in with the time of its arrival. */
import { packets as rtp } from 'rtp.js';
import { readReport } from './rtcp.ts';
import { EventCollector } from './telephone-event.ts';
import type { EventRecord, PacketRecord, ReceivedAudio, ReportRecord, StreamStats } from './types.ts';
import { codecOf, decodeVoice, samplesIn } from './voice.ts';

const samplesPerMs = 8;
const burstMs = 5;
/** Its payload type (RFC 3551 section 6). */
const comfortNoise = 13;
/** Nobody speaks for longer in a test; a timestamp that jumps must not ask for memory without end. */
const longestAudio = 10 * 60_000 * samplesPerMs;

interface AudioPacket {
  readonly at: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  readonly samples: Int16Array;
}

export class ReceivedStream {
  private readonly log: PacketRecord[] = [];
  private readonly reported: ReportRecord[] = [];
  private readonly audioPackets: AudioPacket[] = [];
  private readonly collector: EventCollector;
  private readonly sources = new Set<string>();
  private readonly eventType: number;
  private counters = { bytes: 0, malformed: 0, rtcp: 0 };

  constructor(eventType: number) {
    this.eventType = eventType;
    this.collector = new EventCollector();
  }

  /** Takes a datagram. Returns what it was. */
  push(at: number, bytes: Uint8Array, source: string): 'audio' | 'event' | 'rtcp' | 'malformed' | 'other' {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (rtp.isRtcp(view)) {
      this.reported.push(readReport(at, bytes));
      this.counters.rtcp += 1;
      return 'rtcp';
    }
    const packet = parse(view);
    if (!packet) {
      this.counters.malformed += 1;
      return 'malformed';
    }
    this.sources.add(source);
    this.counters.bytes += bytes.byteLength;
    const payload = packet.getPayload();
    const record: PacketRecord = {
      at,
      sequence: packet.getSequenceNumber(),
      timestamp: packet.getTimestamp(),
      ssrc: packet.getSsrc(),
      payloadType: packet.getPayloadType(),
      marker: packet.getMarker(),
      payloadBytes: payload.byteLength,
      ...(packet.getPayloadType() === comfortNoise && payload.byteLength > 0
        ? { noiseDb: -(payload.getUint8(0) & 0x7f) }
        : {}),
    };
    const again = this.log.slice(-100).some((one) => one.ssrc === record.ssrc && one.sequence === record.sequence);
    this.log.push(record);
    if (record.payloadType === this.eventType) {
      if (payload.byteLength >= 4) this.collector.push(record, payload);
      return 'event';
    }
    const codec = codecOf(record.payloadType);
    if (!codec) return 'other';
    if (!again) {
      const samples = decodeVoice(codec, new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength));
      this.audioPackets.push({ at, timestamp: record.timestamp, ssrc: record.ssrc, marker: record.marker, samples });
    }
    return 'audio';
  }

  get audioCount(): number {
    return this.audioPackets.length;
  }

  packets(): readonly PacketRecord[] {
    return this.log;
  }

  events(): readonly EventRecord[] {
    return this.collector.events();
  }

  reports(): readonly ReportRecord[] {
    return this.reported;
  }

  /** Arrival of the last packet of any kind. */
  get lastAt(): number | undefined {
    return this.log.at(-1)?.at;
  }

  /** All audio in the order of timestamps; a new SSRC follows the audio of the one before. */
  audio(): ReceivedAudio {
    const [first] = this.audioPackets;
    if (!first) return { pcm: new Int16Array(), startedAt: 0 };
    let [base, offset, end, ssrc] = [first.timestamp, 0, 0, first.ssrc];
    const placed: { at: number; samples: Int16Array }[] = [];
    for (const packet of this.audioPackets) {
      if (packet.ssrc !== ssrc) [base, offset, ssrc] = [packet.timestamp, end, packet.ssrc];
      const at = offset + ((packet.timestamp - base) | 0);
      if (at < 0 || at > longestAudio) continue;
      placed.push({ at, samples: packet.samples });
      end = Math.max(end, at + packet.samples.length);
    }
    const pcm = new Int16Array(end);
    for (const { at, samples } of placed) pcm.set(samples, at);
    return { pcm, startedAt: first.at };
  }

  stats(): StreamStats {
    const unique = withoutDuplicates(this.log);
    const audio = this.log.filter((packet) => codecOf(packet.payloadType) !== undefined);
    const gaps = audioGaps(audio);
    const sorted = gaps.toSorted((a, b) => a - b);
    const [first, last] = [this.log[0]?.at, this.log.at(-1)?.at];
    return {
      packets: audio.length,
      bytes: this.counters.bytes,
      ...sequenceFacts(unique),
      duplicates: this.log.length - unique.length,
      jitterMs: jitter(audio),
      pacing: {
        median: sorted[Math.floor(sorted.length / 2)] ?? 0,
        p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
        max: sorted.at(-1) ?? 0,
        min: sorted[0] ?? 0,
      },
      bursts: gaps.filter((gap) => gap < burstMs).length,
      timestampBreaks: timestampBreaks(unique),
      ssrcs: [...new Set(this.log.map((packet) => packet.ssrc))],
      payloadTypes: [...new Set(this.log.map((packet) => packet.payloadType))],
      markers: this.log.filter((packet) => packet.marker && codecOf(packet.payloadType) !== undefined).length,
      malformed: this.counters.malformed,
      rtcp: this.counters.rtcp,
      ...(first !== undefined && { firstAt: first }),
      ...(last !== undefined && { lastAt: last }),
      sources: [...this.sources],
    };
  }
}

function parse(view: DataView): rtp.RtpPacket | undefined {
  if (!rtp.isRtp(view)) return undefined;
  try {
    return new rtp.RtpPacket(view);
  } catch {
    return undefined;
  }
}

function withoutDuplicates(log: readonly PacketRecord[]): PacketRecord[] {
  const seen = new Set<string>();
  return log.filter((packet) => {
    // The timestamp keeps apart two packets whose sequence number has wrapped in between.
    const key = `${packet.ssrc}/${packet.sequence}/${packet.timestamp}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Signed distance of two sequence numbers. */
const ahead = (from: number, to: number): number => ((to - from) << 16) >> 16;

/** Loss by the extended highest sequence number (RFC 3550 A.3), a source at a time. */
function sequenceFacts(log: readonly PacketRecord[]): Pick<StreamStats, 'lost' | 'reordered' | 'sequenceBreaks'> {
  let [lost, reordered, sequenceBreaks] = [0, 0, 0];
  for (const source of Map.groupBy(log, (packet) => packet.ssrc).values()) {
    let highest: number | undefined;
    let span = 1;
    for (const { sequence } of source) {
      const distance = highest === undefined ? 1 : ahead(highest, sequence);
      if (distance !== 1) sequenceBreaks += 1;
      if (distance < 0) reordered += 1;
      if (highest !== undefined && distance > 0) span += distance;
      if (distance > 0) highest = sequence;
    }
    lost += Math.max(0, span - source.length);
  }
  return { lost, reordered, sequenceBreaks };
}

/** Where a packet follows the one before it, its timestamp advances by that one's samples, save after a pause that the marker tells. */
function timestampBreaks(log: readonly PacketRecord[]): number {
  return log.filter((packet, i) => {
    const before = log[i - 1];
    if (!before || before.ssrc !== packet.ssrc || ahead(before.sequence, packet.sequence) !== 1) return false;
    const codec = codecOf(before.payloadType);
    if (codec === undefined || codecOf(packet.payloadType) === undefined) return false;
    const [advanced, held] = [(packet.timestamp - before.timestamp) | 0, samplesIn(codec, before.payloadBytes)];
    return packet.marker ? advanced < held : advanced !== held;
  }).length;
}

/** Time between arrivals of audio; the first packet of a talk spurt follows a pause and is no gap. */
function audioGaps(audio: readonly PacketRecord[]): number[] {
  return audio.flatMap((packet, i) => {
    const before = audio[i - 1];
    return before === undefined || packet.marker ? [] : [packet.at - before.at];
  });
}

/** RFC 3550 6.4.1 and A.8. */
function jitter(audio: readonly PacketRecord[]): number {
  let value = 0;
  audio.forEach((packet, i) => {
    const before = audio[i - 1];
    if (before === undefined || before.ssrc !== packet.ssrc) return;
    const difference = packet.at - before.at - ((packet.timestamp - before.timestamp) | 0) / samplesPerMs;
    value += (Math.abs(difference) - value) / 16;
  });
  return value;
}
