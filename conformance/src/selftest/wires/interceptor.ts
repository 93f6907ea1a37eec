import type {
  Fate,
  HttpFate,
  Memory,
  Rewrite,
  RtcpCompound,
  RtpFate,
  RtpPacket,
  SipFate,
  SipPassage,
} from '../types.ts';
import type { HttpMessage } from './http-message.ts';
import type { SipText } from './sip-text.ts';

/** What the proxies of a stack ask about each message: the rewrites of the mutant that is there, or nothing. */
export class Interceptor {
  #rewrites: readonly Rewrite[] = [];
  #memory: Memory = new Map();
  #applied = 0;
  #first = '';
  /** Sessions of callbacks: what is still told of those before is left alone. */
  #sessions = new Set<string>();
  #past = new Set<string>();

  /** From now on these rewrites hold; what was remembered is forgotten. */
  begin(rewrites: readonly Rewrite[]): void {
    this.#rewrites = rewrites;
    this.#memory = new Map();
    this.#applied = 0;
    this.#first = '';
    for (const id of this.#sessions) this.#past.add(id);
    this.#sessions = new Set();
  }

  /** Nothing is rewritten any more. */
  end(): { readonly applied: number; readonly first: string } {
    this.#rewrites = [];
    return { applied: this.#applied, first: this.#first };
  }

  /** True when an answer must be whole before it is handed on. */
  wantsAnswer(wire: 'rest' | 'callback', operation: string): boolean {
    return this.#rewrites.some(
      (one) => one.wire === wire && 'part' in one && one.part === 'response' && fits(one.operation, operation),
    );
  }

  http(wire: 'rest' | 'callback', part: 'request' | 'response', message: HttpMessage): HttpFate {
    const session = wire === 'callback' ? (message.asked ?? message).body.sessionId : undefined;
    if (typeof session === 'string') {
      if (this.#past.has(session)) return {};
      this.#sessions.add(session);
    }
    let all: HttpFate = {};
    for (const rewrite of this.#rewrites) {
      if (rewrite.wire !== wire || rewrite.part !== part || !fits(rewrite.operation, message.operation)) continue;
      all = merged(all, this.#count(rewrite.apply(message, this.#memory), `${wire} ${message.operation} ${part}`));
    }
    return all;
  }

  sip(message: SipText, passage: SipPassage): SipFate {
    let all: SipFate = {};
    for (const rewrite of this.#rewrites) {
      if (rewrite.wire !== 'sip') continue;
      const fate = this.#count(rewrite.apply(message, passage, this.#memory), `sip ${message.start}`);
      all = { ...merged(all, fate), also: joined(all.also, fate?.also), back: joined(all.back, fate?.back) };
    }
    return all;
  }

  get rewritesRtp(): boolean {
    return this.#rewrites.some(({ wire }) => wire === 'rtp');
  }

  rtp(packet: RtpPacket): RtpFate {
    let all: RtpFate = {};
    for (const rewrite of this.#rewrites) {
      if (rewrite.wire !== 'rtp') continue;
      const fate = this.#count(rewrite.apply(packet, this.#memory), `rtp ${packet.way}`);
      all = { ...merged(all, fate), also: joined(all.also, fate?.also) };
    }
    return all;
  }

  /** True when the compound is lost. */
  rtcp(compound: RtcpCompound): boolean {
    let lost = false;
    for (const rewrite of this.#rewrites) {
      if (rewrite.wire !== 'rtcp') continue;
      const way = `rtcp ${compound.direction} ${compound.leg} ${compound.call}`;
      lost = this.#count(rewrite.apply(compound, this.#memory), way)?.lost === true || lost;
    }
    return lost;
  }

  #count<F extends Fate>(fate: F | undefined, what: string): F | undefined {
    if (fate === undefined) return undefined;
    if (this.#applied === 0) this.#first = what;
    this.#applied += 1;
    return fate;
  }
}

const fits = (operation: string, actual: string): boolean => operation === '*' || operation === actual;

const merged = <F extends Fate>(a: F, b: F | undefined): F => ({ ...a, ...b });

const joined = <T>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] => [...a, ...b];
