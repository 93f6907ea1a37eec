/** A SIP message as text that is changed and otherwise left as it is, right or wrong. Bytes are Latin-1 characters. */
const compact: Readonly<Record<string, string>> = {
  via: 'v',
  from: 'f',
  to: 't',
  'call-id': 'i',
  contact: 'm',
  'content-type': 'c',
  'content-length': 'l',
  supported: 'k',
  'session-expires': 'x',
};

export class SipText {
  /** Start line and header lines without CRLF; a folded line stays with its header. */
  lines: string[];
  #body: string;

  constructor(text: string) {
    const end = text.indexOf('\r\n\r\n');
    const head = end < 0 ? text : text.slice(0, end);
    this.lines = head.split(/\r\n(?![ \t])/);
    this.#body = end < 0 ? '' : text.slice(end + 4);
  }

  get start(): string {
    return this.lines[0] ?? '';
  }

  set start(line: string) {
    this.lines[0] = line;
  }

  get isRequest(): boolean {
    return /^[\w.!%*+`'~-]+ \S+ SIP\/2\.0$/.test(this.start);
  }

  /** 0 for a request and for what is no SIP message. */
  get status(): number {
    return Number(/^SIP\/2\.0 (\d{3})/.exec(this.start)?.[1] ?? 0);
  }

  /** Of a response: that of its CSeq. '' when there is none. */
  get method(): string {
    if (this.isRequest) return this.start.split(' ', 1)[0] ?? '';
    return /^\d+\s+(\S+)/.exec(this.get('CSeq') ?? '')?.[1] ?? '';
  }

  get callId(): string {
    return this.get('Call-ID') ?? '';
  }

  /** A request with a tag in To. */
  get inDialog(): boolean {
    return /;\s*tag\s*=/i.test(this.get('To') ?? '');
  }

  /** First value of a header, in its long or compact form. */
  get(name: string): string | undefined {
    return this.all(name)[0];
  }

  all(name: string): string[] {
    return this.lines
      .slice(1)
      .filter((line) => isHeader(line, name))
      .map((line) => line.slice(line.indexOf(':') + 1).trim());
  }

  /** Takes the place of the first one and removes the others; undefined removes all. */
  set(name: string, value: string | undefined): this {
    const at = this.lines.findIndex((line, i) => i > 0 && isHeader(line, name));
    const others = this.lines.filter((line, i) => i === 0 || !isHeader(line, name));
    this.lines = value === undefined ? others : others.toSpliced(at < 0 ? others.length : at, 0, `${name}: ${value}`);
    return this;
  }

  add(name: string, value: string): this {
    this.lines.push(`${name}: ${value}`);
    return this;
  }

  get body(): string {
    return this.#body;
  }

  /** Content-Length follows. */
  set body(text: string) {
    this.#body = text;
    this.set('Content-Length', String(text.length));
  }

  get sdp(): string {
    return /^application\/sdp\b/i.test(this.get('Content-Type') ?? '') ? this.#body : '';
  }

  copy(): SipText {
    return new SipText(this.toString());
  }

  /** A response to this request, as the transaction layer wants it (RFC 3261 8.2.6). */
  response(status: number, reason: string): SipText {
    const kept = this.lines.slice(1).filter((line) => copied.some((name) => isHeader(line, name)));
    return new SipText([`SIP/2.0 ${status} ${reason}`, ...kept, 'Content-Length: 0', '', ''].join('\r\n'));
  }

  toString(): string {
    return `${this.lines.join('\r\n')}\r\n\r\n${this.#body}`;
  }
}

const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Record-Route'];

function isHeader(line: string, name: string): boolean {
  const colon = line.indexOf(':');
  if (colon < 0) return false;
  const own = line.slice(0, colon).trim().toLowerCase();
  const wanted = name.toLowerCase();
  return own === wanted || own === compact[wanted];
}
