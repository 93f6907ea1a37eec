/** RFC 4733 telephone events: a collector for what comes, a plan for what goes. Pure. */
import type { DigitOptions, EventRecord, PacketRecord } from './types.ts';

const digits = '0123456789*#ABCD';

/** Event code of a digit (RFC 4733 table 3). */
export function eventCode(digit: string): number {
  const code = digits.indexOf(digit.toUpperCase());
  if (code < 0 || digit.length !== 1) throw new Error(`"${digit}" is not a DTMF digit`);
  return code;
}

/** Joins the packets of an event: one event is one timestamp of one source. */
export class EventCollector {
  private readonly found = new Map<string, EventRecord>();

  push(packet: PacketRecord, payload: DataView): void {
    const key = `${packet.ssrc}/${packet.timestamp}/${payload.getUint8(0)}`;
    const flags = payload.getUint8(1);
    const code = payload.getUint8(0);
    const known = this.found.get(key);
    this.found.set(key, {
      at: known?.at ?? packet.at,
      digit: digits[code] ?? String(code),
      durationMs: Math.max(known?.durationMs ?? 0, payload.getUint16(2) / 8),
      volume: flags & 0x3f,
      packets: (known?.packets ?? 0) + 1,
      endPackets: (known?.endPackets ?? 0) + (flags >> 7),
      marker: (known?.marker ?? false) || packet.marker,
    });
  }

  events(): readonly EventRecord[] {
    return [...this.found.values()];
  }
}

/** One packet of an event, to be sent at its 20 ms turn. */
export interface EventPacket {
  readonly payload: Uint8Array;
  readonly marker: boolean;
}

const packetMs = 20;

/** Packets of one digit, one for each turn of 20 ms: growing duration, the last one with the end bit and repeated. */
export function eventPackets(digit: string, options: DigitOptions = {}): EventPacket[] {
  const code = eventCode(digit);
  const { durationMs = 160, volume = 10, marker = true, endPackets = 3 } = options;
  const turns = Math.max(1, Math.round(durationMs / packetMs));
  const packet = (duration: number, end: boolean, first: boolean): EventPacket => {
    const payload = new Uint8Array([code, (end ? 0x80 : 0) | (volume & 0x3f), 0, 0]);
    new DataView(payload.buffer).setUint16(2, Math.min(duration, 0xff_ff));
    return { payload, marker: first && marker };
  };
  const growing = Array.from({ length: turns - 1 }, (_, i) => packet((i + 1) * packetMs * 8, false, i === 0));
  const last = Array.from({ length: endPackets }, (_, i) => packet(durationMs * 8, true, turns === 1 && i === 0));
  return [...growing, ...last];
}
