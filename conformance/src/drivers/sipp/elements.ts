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
  readonly next?: string;
}

export interface RecvOptions {
  readonly optional?: boolean;
  /** Label to go on at. */
  readonly next?: string;
  readonly timeoutMs?: number;
  readonly ontimeout?: string;
  /** Take route set and remote target from this message (RFC 3261 12.1). */
  readonly routes?: boolean;
  /** Raw `<action>` content. */
  readonly action?: string;
}

function attributes(pairs: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('');
}

export function send(message: Message, options: SendOptions = {}): string {
  const lines = [
    message.start,
    ...message.headers,
    ...(message.body
      ? [`Content-Type: ${message.body.type}`, `Content-Length: ${keyword('len')}`]
      : ['Content-Length: 0']),
    '',
    message.body?.text ?? '',
  ].map(literal);
  const tag = attributes({ retrans: options.retransmit ? 500 : undefined, next: options.next });
  return `<send${tag}><![CDATA[\n\n${lines.join('\n')}\n]]></send>`;
}

function recv(what: Readonly<Record<string, string | number>>, options: RecvOptions): string {
  const tag = attributes({
    ...what,
    optional: options.optional,
    next: options.next,
    timeout: options.timeoutMs,
    ontimeout: options.ontimeout,
    rrs: options.routes,
  });
  return options.action === undefined ? `<recv${tag}/>` : `<recv${tag}><action>${options.action}</action></recv>`;
}

export const recvRequest = (method: string, options: RecvOptions = {}): string => recv({ request: method }, options);
export const recvResponse = (status: number, options: RecvOptions = {}): string => recv({ response: status }, options);
export const label = (id: string): string => `<label id="${attribute(id)}"/>`;
/** Goes to a label at once: a pause of nothing that has a `next`. */
export const jump = (to: string): string => `<nop next="${attribute(to)}"/>`;
export const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`;

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
