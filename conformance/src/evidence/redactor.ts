import { randomBytes } from 'node:crypto';
import { disguise } from './disguise.ts';
import { spellings } from './spellings.ts';

/** Octets of UTF-8. Shorter texts stand everywhere by chance; what nobody has named must be longer to be taken for a token. */
const shortestSecret = 4;
const shortestToken = 16;

/** Where secrets stand that nobody has named: tokens, one-time tokens of the API, answers to digest challenges (RFC 7616 3.4). */
const patterns = [
  /\bBearer\s+([^\s"',;\\]+)/gi,
  /\b(eyJ[\w-]+\.[\w-]+\.[\w-]*)/g,
  /\breplyId\\*"?\s*[:=]\s*\\*"?([\w.~+/=-]+)/g,
  /\bresponse\s*=\s*\\*"([0-9a-f]{16,})/gi,
];

/**
 * Takes secrets out of evidence. The same secret becomes the same text everywhere, of the same length and made of the same
 * kinds of characters (`disguise`), so that what was equal stays equal and what was a UUID stays one; nobody can tell from it what it was.
 */
export class Redactor {
  readonly #key: Uint8Array;
  readonly #texts = new Map<string, string>();
  #expression: RegExp | undefined;

  /** @param key the same one for all evidence of a run; it is kept nowhere. */
  constructor(secrets: Iterable<string>, key: Uint8Array = randomBytes(32)) {
    this.#key = key;
    for (const secret of secrets) this.add(secret);
  }

  add(secret: string): void {
    if (Buffer.byteLength(secret) < shortestSecret || this.#texts.has(secret)) return;
    for (const form of new Set([secret, secret.normalize('NFC'), secret.normalize('NFD')])) {
      const other = disguise(form, this.#key);
      for (const [written, instead] of spellings(form, other))
        if (!this.#texts.has(written)) this.#texts.set(written, instead);
    }
    this.#expression = undefined;
  }

  /** Looks for secrets that nobody has named; before `value` is taken out of, so that it finds what stands elsewhere alone. */
  collect(value: unknown, name = ''): void {
    if (typeof value === 'string') this.#find(value, name);
    else if (Array.isArray(value)) for (const item of value) this.collect(item, name);
    else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
      for (const [key, item] of Object.entries(value)) this.collect(item, key);
  }

  /** The same value without the secrets; what holds none is given back as it is. */
  redacted<T>(value: T): T {
    return this.#walk(value) as T;
  }

  text(text: string): string {
    return this.#replaced(text, (instead) => instead);
  }

  /** The text with a sign of omission for each secret: for what is told in words, and the same in whatever run. */
  omitted(text: string): string {
    return this.#replaced(text, () => '…');
  }

  /** The same octets without the secrets, in UTF-8 or Latin-1, and as many: others know where something lies among them. */
  bytes(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const other = this.#replaced(text, (instead, { length }) => instead.slice(0, length).padEnd(length, '-'));
    return other === text ? bytes : Buffer.from(other, 'latin1');
  }

  #replaced(text: string, as: (instead: string, found: string) => string): string {
    if (this.#texts.size === 0) return text;
    this.#expression ??= new RegExp(
      [...this.#texts.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(source)
        .join('|'),
      'g',
    );
    return text.replace(this.#expression, (found) => as(this.#texts.get(found) ?? found, found));
  }

  #find(text: string, name: string): void {
    if (name === 'replyId') this.#token(text);
    if (name.toLowerCase() === 'authorization') this.#token(/^\S+\s+(\S.*)$/s.exec(text)?.[1] ?? text);
    if (!/bearer|eyJ|replyId|response/i.test(text)) return;
    for (const pattern of patterns) for (const [, secret = ''] of text.matchAll(pattern)) this.#token(secret);
  }

  #token(text: string): void {
    if (text.length >= shortestToken) this.add(text);
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#walk(item));
      return items.some((item, i) => item !== value[i]) ? items : value;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, this.#walk(item), item] as const);
    return entries.some(([, now, before]) => now !== before)
      ? Object.fromEntries(entries.map(([key, now]) => [key, now]))
      : value;
  }
}

/** Digits alone are only a secret where no other digit stands beside them. */
function source(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return /^\d+$/.test(secret) ? `(?<!\\d)${literal}(?!\\d)` : literal;
}
