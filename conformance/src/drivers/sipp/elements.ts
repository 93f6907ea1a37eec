import { attribute, keyword, literal } from './escape.ts';

/** The request by which the suite lets a waiting scenario go on; it never leaves the machine of the suite. */
export const signalMethod = 'GO';

/** A message of which the start line, the headers and perhaps a body are given; length and type are added. */
export interface Message {
  readonly start: string;
  readonly headers: readonly string[];
  readonly body?: { readonly type: string; readonly text: string };
}

export interface SendOptions {
  /** Retransmit over UDP until the next `recv` is satisfied (RFC 3261 T1). */
  readonly retransmit?: boolean;
}

interface RecvOptions {
  /** It need not come; `global`: nor is it amiss at any step after this one, between two messages sent too. */
  readonly optional?: boolean | 'global';
  /** Taken without a trace: `[last_*]` stays what it was. Only for what is optional. */
  readonly ignored?: boolean;
  /** Label to go on at. */
  readonly next?: string;
  /** Variable without which `next` is not taken. */
  readonly test?: string;
  readonly timeoutMs?: number;
  /** Take route set and remote target from this message (RFC 3261 12.1). */
  readonly routes?: boolean;
  /** Raw content of `<action>`. */
  readonly action?: string;
}

function attributes(pairs: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('');
}

/** One element of a scenario. What the suite adds to its `<action>` comes last. */
export class Step {
  readonly #tag: string;
  readonly #content: string;
  readonly #actions: readonly string[];
  /** SIPp takes the actions of this element after it and before the next step, in one go. */
  readonly acts: boolean;

  constructor(tag: string, { content = '', actions = [], acts = true }: Partial<StepParts> = {}) {
    this.#tag = tag;
    this.#content = content;
    this.#actions = actions;
    this.acts = acts;
  }

  /** The same step with a further action. */
  doing(action: string): Step {
    return new Step(this.#tag, { content: this.#content, actions: [...this.#actions, action], acts: this.acts });
  }

  /** The same step, after which the scenario goes on at a label. */
  goingTo(label: string): Step {
    return new Step(`${this.#tag} next="${attribute(label)}"`, {
      ...{ content: this.#content, actions: this.#actions, acts: this.acts },
    });
  }

  xml(): string {
    const inside = `${this.#content}${this.#actions.length > 0 ? `<action>${this.#actions.join('')}</action>` : ''}`;
    const [name = ''] = this.#tag.split(' ', 1);
    return inside === '' ? `<${this.#tag}/>` : `<${this.#tag}>${inside}</${name}>`;
  }
}

interface StepParts {
  readonly content: string;
  readonly actions: readonly string[];
  readonly acts: boolean;
}

export function send(message: Message, options: SendOptions = {}): Step {
  const lines = [
    message.start,
    ...message.headers,
    ...(message.body
      ? [`Content-Type: ${message.body.type}`, `Content-Length: ${keyword('len')}`]
      : ['Content-Length: 0']),
    '',
    message.body?.text ?? '',
  ].map(literal);
  const tag = attributes({ retrans: options.retransmit ? 500 : undefined });
  return new Step(`send${tag}`, { content: `<![CDATA[\n\n${lines.join('\n')}\n]]>` });
}

function recv(what: Readonly<Record<string, string | number>>, options: RecvOptions): Step {
  const tag = attributes({
    ...what,
    optional: options.optional,
    advance_state: options.ignored ? 'false' : undefined,
    next: options.next,
    test: options.test,
    timeout: options.timeoutMs,
    rrs: options.routes,
  });
  return new Step(`recv${tag}`, { actions: options.action === undefined ? [] : [options.action] });
}

export const recvRequest = (method: string, options: RecvOptions = {}): Step => recv({ request: method }, options);
export const recvResponse = (status: number, options: RecvOptions = {}): Step => recv({ response: status }, options);
export const label = (id: string): string => `<label id="${attribute(id)}"/>`;
export const nop = (action: string): Step => new Step('nop', { actions: [action] });
export const pause = (ms: number): Step => new Step(`pause milliseconds="${ms}"`, { acts: false });
/** Writes a line into SIPp's action log. */
export const log = (line: string): string => `<log message="${attribute(line)}"/>`;

/**
 * A signal that comes when no step waits for it is as good as not sent, and not what `[last_*]` speaks of. From here on
 * that holds between two messages sent in a row too, where SIPp looks at its sockets and would abort the call.
 */
export const straySignal: Step = recvRequest(signalMethod, { optional: 'global', ignored: true });

/**
 * Copies of a request that SIPp has answered twice in a row, say by 180 and 200: only after a single answer does it know them for
 * what they are. What it answered last is sent again anyway.
 */
export const strayCopy = (method: string): Step => recvRequest(method, { optional: true, ignored: true });

/** An answer to the request received last: its Via, From, To, Call-ID and CSeq (RFC 3261 8.2.6). */
export function answerHeaders(tag: 'as-it-came' | 'ours'): readonly string[] {
  const last = (name: string): string => keyword(`last_${name}:`);
  return [
    last('Via'),
    last('From'),
    tag === 'ours' ? `${last('To')};tag=${keyword('leg')}${keyword('call_number')}` : last('To'),
    last('Call-ID'),
    last('CSeq'),
  ];
}

export const contact = (user: string): string =>
  `Contact: <sip:${user}@${keyword('local_ip')}:${keyword('local_port')};transport=${keyword('transport')}>`;
