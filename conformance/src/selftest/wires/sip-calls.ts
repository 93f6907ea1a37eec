import type { SipLeg, SipPassage } from '../types.ts';
import type { SipText } from './sip-text.ts';

interface Call {
  readonly leg: SipLeg;
  readonly call: number;
  /** Texts by direction, method and status: a retransmission is the same text. */
  readonly seen: Map<string, string[]>;
}

/** Calls by Call-ID: who began them, in which order, and what was said in them. */
export class SipCalls {
  readonly #calls = new Map<string, Call>();
  readonly #past = new Set<string>();

  /** Undefined: of a call that is past. */
  passage(message: SipText, direction: SipPassage['direction'], raw: string): SipPassage | undefined {
    if (this.#past.has(message.callId)) return undefined;
    const call = this.#call(message, direction);
    const key = `${direction} ${message.method} ${message.status}`;
    const texts = call.seen.get(key) ?? [];
    if (!texts.includes(raw)) texts.push(raw);
    call.seen.set(key, texts);
    return { direction, leg: call.leg, call: call.call, nth: texts.indexOf(raw) + 1 };
  }

  /** Calls until now are past: they have no passage any more. */
  forget(): void {
    for (const id of this.#calls.keys()) this.#past.add(id);
    this.#calls.clear();
  }

  #call(message: SipText, direction: SipPassage['direction']): Call {
    const { callId } = message;
    const known = this.#calls.get(callId);
    if (known) return known;
    const leg = (direction === 'toTarget') === message.isRequest ? 'caller' : 'callee';
    const invites = message.method === 'INVITE';
    const before = this.#calls
      .values()
      .filter((one) => one.leg === leg && one.call > 0)
      .toArray().length;
    const fresh: Call = { leg, call: invites ? before + 1 : 0, seen: new Map() };
    this.#calls.set(callId, fresh);
    return fresh;
  }
}
