/** Mutations of SIP messages and of the SDP in them. */
import type { Memory, SipFate, SipLeg, SipPassage, SipRewrite } from '../types.ts';
import type { SipText } from '../wires/sip-text.ts';

type Condition = (message: SipText, passage: SipPassage) => boolean;

/** Some SIP messages, and what can be done to them. Every method that is no choice gives a rewrite. */
export class SipWire {
  readonly #conditions: readonly Condition[];
  readonly #direction: SipPassage['direction'];

  constructor(conditions: readonly Condition[], direction: SipPassage['direction'] = 'fromTarget') {
    this.#conditions = conditions;
    this.#direction = direction;
  }

  /** Those that the suite sends, as if the target had not heard or not understood them. */
  get toTarget(): SipWire {
    return new SipWire(this.#conditions, 'toTarget');
  }

  when(condition: Condition): SipWire {
    return new SipWire([...this.#conditions, condition], this.#direction);
  }

  /** Only in dialogs that the suite's callers began (`caller`), or that the target began (`callee`); `call`: the first is 1. */
  leg(leg: SipLeg, call?: number): SipWire {
    return this.when((_message, passage) => passage.leg === leg && (call === undefined || passage.call === call));
  }

  /** The nth message of its kind in its dialog, from 1. */
  nth(n: number): SipWire {
    return this.when((_message, passage) => passage.nth === n);
  }

  from(n: number): SipWire {
    return this.when((_message, passage) => passage.nth >= n);
  }

  /** Requests with a tag in To, and responses to re-requests. */
  inDialog(): SipWire {
    return this.when((message, passage) => (message.isRequest ? message.inDialog : passage.nth > 1));
  }

  /** Requests that begin a dialog. */
  initial(): SipWire {
    return this.when((message) => !message.inDialog);
  }

  withSdp(): SipWire {
    return this.when((message) => message.sdp !== '');
  }

  drop(...names: readonly string[]): SipRewrite {
    return this.changing((message) => {
      for (const name of names) message.set(name, undefined);
    });
  }

  /** Sets a header; a function gets the value that is there, and gives the new one or undefined to leave it out. */
  set(name: string, value: string | ((before: string | undefined) => string | undefined)): SipRewrite {
    return this.changing((message) => {
      message.set(name, typeof value === 'string' ? value : value(message.get(name)));
    });
  }

  add(name: string, value: string): SipRewrite {
    return this.changing((message) => {
      message.add(name, value);
    });
  }

  /** Another status line of a response. */
  status(status: number, reason = 'Mutant'): SipRewrite {
    return this.changing((message) => {
      message.start = `SIP/2.0 ${status} ${reason}`;
    });
  }

  /** Changes the SDP line by line: `undefined` leaves a line out, an array puts several in its place. */
  sdp(make: (line: string) => string | readonly string[] | undefined): SipRewrite {
    return this.changing((message) => {
      if (message.sdp === '') return;
      const lines = message.sdp.split('\r\n').slice(0, -1);
      message.body = lines
        .flatMap((line) => make(line) ?? [])
        .map((line) => `${line}\r\n`)
        .join('');
    });
  }

  /** Leaves the body out, and what describes it. */
  noBody(): SipRewrite {
    return this.changing((message) => {
      message.set('Content-Type', undefined).body = '';
    });
  }

  lose(): SipRewrite {
    return this.fate({ lost: true });
  }

  late(ms: number): SipRewrite {
    return this.fate({ lateMs: ms });
  }

  double(): SipRewrite {
    return this.fate({ again: 1 });
  }

  /** A request is answered in the place of the one that it was for, who never hears of it. */
  answer(status: number, reason = 'Mutant', change: (response: SipText) => void = () => {}): SipRewrite {
    return this.edit((message) => {
      if (!message.isRequest) return undefined;
      const response = message.response(status, reason);
      if (!message.inDialog && status > 100) response.set('To', `${message.get('To')};tag=mutant`);
      change(response);
      return { lost: true, back: [response] };
    });
  }

  fate(fate: SipFate): SipRewrite {
    return this.edit(() => fate);
  }

  /** Changes the text; a message that stays as it is does not count. */
  changing(act: (message: SipText, passage: SipPassage, memory: Memory) => void): SipRewrite {
    return this.edit((message, passage, memory) => {
      const before = message.toString();
      act(message, passage, memory);
      return message.toString() === before ? undefined : {};
    });
  }

  /** Whatever else; undefined: this message is none that it is about. */
  edit(act: (message: SipText, passage: SipPassage, memory: Memory) => SipFate | undefined): SipRewrite {
    const conditions = this.#conditions;
    const direction = this.#direction;
    return {
      wire: 'sip',
      apply: (message, passage, memory) =>
        passage.direction === direction && conditions.every((holds) => holds(message, passage))
          ? act(message, passage, memory)
          : undefined,
    };
  }
}

export const sip = {
  /** Requests of the target. */
  request: (...methods: readonly string[]): SipWire =>
    new SipWire([(message) => message.isRequest && methods.includes(message.method)]),
  /** Responses of the target; no status: all of them; `from`…`to`: a range. */
  response: (method: string, from?: number, to = from): SipWire =>
    new SipWire([
      (message) =>
        message.status > 0 &&
        message.method === method &&
        (from === undefined || (message.status >= from && message.status <= (to ?? from))),
    ]),
  /** All messages of the target. */
  any: (): SipWire => new SipWire([]),
};
