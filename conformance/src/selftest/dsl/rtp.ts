/** Mutations of RTP: audio of G.711 and telephone events (RFC 4733). */
import { decode, encode } from '../../drivers/rtp-probe/g711.ts';
import type { Memory, RtcpRewrite, RtpFate, RtpPacket, RtpRewrite, SipLeg } from '../types.ts';

type Condition = (packet: RtpPacket) => boolean;

/** Some packets, and what can be done to them. Every method that is no choice gives a rewrite. */
export class RtpWire {
  readonly #conditions: readonly Condition[];
  readonly #direction: RtpPacket['direction'];

  constructor(conditions: readonly Condition[] = [], direction: RtpPacket['direction'] = 'fromTarget') {
    this.#conditions = conditions;
    this.#direction = direction;
  }

  /** What the suite sends, as if the target had not heard it. */
  get toTarget(): RtpWire {
    return new RtpWire(this.#conditions, 'toTarget');
  }

  /** Audio alone. */
  get audio(): RtpWire {
    return this.when(({ codec }) => codec === 'PCMU' || codec === 'PCMA');
  }

  /** Telephone events alone. */
  get events(): RtpWire {
    return this.when(({ codec }) => codec === 'telephone-event');
  }

  when(condition: Condition): RtpWire {
    return new RtpWire([...this.#conditions, condition], this.#direction);
  }

  /** Only calls that the suite's callers began (`caller`), or that the target began (`callee`); `call`: the first is 1. */
  leg(leg: SipLeg, call?: number): RtpWire {
    return this.when((packet) => packet.leg === leg && (call === undefined || packet.call === call));
  }

  /** From so many ms after the first packet of a way on, until so many. */
  during(fromMs: number, toMs = Number.POSITIVE_INFINITY): RtpWire {
    return this.when(({ sinceMs }) => sinceMs >= fromMs && sinceMs < toMs);
  }

  lose(): RtpRewrite {
    return this.fate({ lost: true });
  }

  /** Every nth packet is lost. */
  loseEvery(n: number): RtpRewrite {
    return this.edit(({ index }) => (index % n === n - 1 ? { lost: true } : undefined));
  }

  double(): RtpRewrite {
    return this.fate({ again: 1 });
  }

  late(ms: number): RtpRewrite {
    return this.fate({ lateMs: ms });
  }

  /** Every nth packet comes so many ms late, behind those that follow. */
  jitter(n: number, ms: number): RtpRewrite {
    return this.edit(({ index }) => (index % n === n - 1 ? { lateMs: ms } : undefined));
  }

  /** Audio becomes silence; packets go on. */
  silence(): RtpRewrite {
    return this.audio.samples((pcm) => pcm.fill(0));
  }

  /** Audio becomes louder or softer. */
  gain(decibels: number): RtpRewrite {
    const factor = 10 ** (decibels / 20);
    return this.audio.samples((pcm) => pcm.map((one) => Math.max(-32768, Math.min(32767, one * factor))));
  }

  /** A tone over the audio, -10 dBm0 or so. */
  tone(hertz: number, level = 8000): RtpRewrite {
    return this.audio.samples((pcm, packet) =>
      pcm.map((one, i) => {
        const sample = one + level * Math.sin((2 * Math.PI * hertz * (packet.timestamp + i)) / 8000);
        return Math.max(-32768, Math.min(32767, sample));
      }),
    );
  }

  /** Changes the samples (8000/s, 16 bit) of G.711. */
  samples(make: (pcm: Int16Array, packet: RtpPacket, memory: Memory) => Int16Array): RtpRewrite {
    return this.edit((packet, memory) => {
      const { codec } = packet;
      if (codec !== 'PCMU' && codec !== 'PCMA') return undefined;
      const after = Buffer.from(encode(codec, make(decode(codec, packet.payload), packet, memory)));
      if (after.equals(packet.payload)) return undefined;
      packet.payload = after;
      return {};
    });
  }

  /** Goes to another call. */
  to(leg: SipLeg, call = 1): RtpRewrite {
    return this.fate({ to: { leg, call } });
  }

  /** The audio of two legs is exchanged. */
  swap(a: { leg: SipLeg; call?: number }, b: { leg: SipLeg; call?: number }): readonly RtpRewrite[] {
    return [this.leg(a.leg, a.call ?? 1).to(b.leg, b.call ?? 1), this.leg(b.leg, b.call ?? 1).to(a.leg, a.call ?? 1)];
  }

  /** All packets of the nth key, from 1; without n: of all keys. */
  loseKey(n?: number): RtpRewrite {
    return this.events.key(n, () => ({ lost: true }));
  }

  /** A key becomes another one (event code of RFC 4733 3.2: 0–9, 10 for *, 11 for #). */
  changeKey(code: number, n?: number): RtpRewrite {
    return this.events.key(n, (packet) => {
      packet.payload = Buffer.from([code, ...packet.payload.subarray(1)]);
      return {};
    });
  }

  /** Every key comes twice: once more after its end, with a timestamp of its own. */
  doubleKey(n?: number): RtpRewrite {
    return this.events.key(n, (packet, memory) => {
      const end = ((packet.payload[1] ?? 0) & 0x80) !== 0;
      const key = `doubled ${packet.way} ${packet.timestamp}`;
      if (!end || memory.has(key)) return undefined;
      memory.set(key, true);
      const timestamp = (packet.timestamp + 2400) >>> 0;
      const again = [1, 2, 3].map((i) => ({
        ...packet,
        timestamp,
        marker: i === 1,
        payload: Buffer.from(packet.payload),
      }));
      return { also: again };
    });
  }

  /** Acts on the packets of the nth key (a key has one timestamp), from 1; `undefined`: of every key. */
  key(n: number | undefined, act: (packet: RtpPacket, memory: Memory) => RtpFate | undefined): RtpRewrite {
    return this.edit((packet, memory) => {
      const name = `keys ${packet.way}`;
      const seen = (memory.get(name) as number[] | undefined) ?? [];
      if (!seen.includes(packet.timestamp)) seen.push(packet.timestamp);
      memory.set(name, seen);
      return n === undefined || seen.indexOf(packet.timestamp) === n - 1 ? act(packet, memory) : undefined;
    });
  }

  /** Changes fields of the packet. */
  set(fields: Partial<Pick<RtpPacket, 'payloadType' | 'ssrc' | 'marker' | 'sequence' | 'timestamp'>>): RtpRewrite {
    return this.changing((packet) => {
      Object.assign(packet, fields);
    });
  }

  changing(act: (packet: RtpPacket, memory: Memory) => void): RtpRewrite {
    return this.edit((packet, memory) => {
      act(packet, memory);
      return {};
    });
  }

  fate(fate: RtpFate): RtpRewrite {
    return this.edit(() => fate);
  }

  /** Whatever else; undefined: this packet is none that it is about. */
  edit(act: (packet: RtpPacket, memory: Memory) => RtpFate | undefined): RtpRewrite {
    const conditions = this.#conditions;
    const direction = this.#direction;
    return {
      wire: 'rtp',
      apply: (packet, memory) =>
        packet.direction === direction && conditions.every((holds) => holds(packet)) ? act(packet, memory) : undefined,
    };
  }
}

/** RTP of the target. */
export const rtp = new RtpWire();

/** RTCP packets of one kind that the target sends, wherever they stand in a compound (RFC 3550 6.4–6.6). */
export const rtcp = {
  /** Changes the packets of this type; bytes in place, lengths stay. */
  changing: (type: number, act: (packet: Buffer, memory: Memory) => void): RtcpRewrite => ({
    wire: 'rtcp',
    apply: (compound, memory) => {
      if (compound.direction !== 'fromTarget') return undefined;
      const bytes = Buffer.from(compound.bytes);
      for (const packet of rtcpPackets(bytes)) if (packet[1] === type) act(packet, memory);
      if (bytes.equals(compound.bytes)) return undefined;
      compound.bytes = bytes;
      return {};
    },
  }),
};

/** Views on the packets of a compound: their length stands in words of 32 bits, less one. */
function rtcpPackets(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = 4 * (bytes.readUInt16BE(at + 2) + 1);
    found.push(bytes.subarray(at, at + length));
    at += length;
  }
  return found;
}
