import { isObject, parseJson } from '../../drivers/http.ts';

/** One half of an HTTP exchange on its way; what a rewrite sees and changes. */
export class HttpMessage {
  readonly #bytes: Buffer;
  readonly #encoding: 'utf8' | 'latin1';
  readonly #original: string;
  /** Operation of the API or name of the callback; for others the last part of the path. */
  readonly operation: string;
  readonly method: string;
  url: string;
  /** Of a response. */
  status: number;
  /** Names and values as they are on the wire, in their order. */
  headers: [name: string, value: string][];
  /** The body; of JSON as text, of anything else a character a byte. */
  text: string;
  /** Of a response: the request that it answers, as it arrived. */
  readonly asked: HttpMessage | undefined;

  constructor(of: {
    readonly operation: string;
    readonly method: string;
    readonly url: string;
    readonly status?: number;
    readonly headers: [name: string, value: string][];
    readonly bytes: Buffer;
    readonly asked?: HttpMessage;
  }) {
    this.operation = of.operation;
    this.method = of.method;
    this.url = of.url;
    this.status = of.status ?? 0;
    this.headers = of.headers;
    this.#bytes = of.bytes;
    this.#encoding = /^application\/([\w.-]+\+)?json\b/i.test(this.header('content-type') ?? '') ? 'utf8' : 'latin1';
    this.text = of.bytes.toString(this.#encoding);
    this.#original = this.text;
    this.asked = of.asked;
  }

  /** What goes on the wire: the bytes that came, unless the text was changed. */
  get bytes(): Buffer {
    return this.text === this.#original ? this.#bytes : Buffer.from(this.text, this.#encoding);
  }

  /** The body as JSON; undefined when it is none. A copy: what is changed in it must be set. */
  get json(): unknown {
    return parseJson(this.text);
  }

  set json(value: unknown) {
    this.text = value === undefined ? '' : JSON.stringify(value);
  }

  /** The body where it is an object, else an empty one. */
  get body(): Record<string, unknown> {
    const { json } = this;
    return isObject(json) ? json : {};
  }

  header(name: string): string | undefined {
    return this.headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
  }

  /** Undefined removes it. */
  setHeader(name: string, value: string | undefined): void {
    const lower = name.toLowerCase();
    const at = this.headers.findIndex(([one]) => one.toLowerCase() === lower);
    const others = this.headers.filter(([one]) => one.toLowerCase() !== lower);
    this.headers = value === undefined ? others : others.toSpliced(at < 0 ? others.length : at, 0, [name, value]);
  }
}
