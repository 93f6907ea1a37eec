import { createHash, randomBytes } from 'node:crypto';

/** Shorter texts stand everywhere by chance; what nobody has named must be longer to be taken for a token. */
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
 * kinds of characters, so that what was equal stays equal and what was a UUID stays one; nobody can tell from it what it was.
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
    if (secret.length < shortestSecret || this.#texts.has(secret)) return;
    const other = disguise(secret, this.#key);
    for (const written of [same, asJson, twiceAsJson, encodeURIComponent])
      this.#texts.set(written(secret), written === same ? other : written(other));
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
    if (this.#texts.size === 0) return text;
    this.#expression ??= new RegExp(
      [...this.#texts.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map(source)
        .join('|'),
      'g',
    );
    return text.replace(this.#expression, (found) => this.#texts.get(found) ?? found);
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

const same = (text: string): string => text;
const asJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const twiceAsJson = (text: string): string => asJson(asJson(text));

/** Digits alone are only a secret where no other digit stands beside them. */
function source(secret: string): string {
  const literal = secret.replace(/[\^$.*+?()[\]{}|/-]/g, '\\$&');
  return /^\d+$/.test(secret) ? `(?<!\\d)${literal}(?!\\d)` : literal;
}

const kinds = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ'];

function disguise(secret: string, key: Uint8Array): string {
  let noise = Buffer.alloc(0);
  for (let block = 0; noise.length < secret.length; block++)
    // No HMAC: its key objects cost a sixth of all evidence. What is made of the noise does not show it, so nothing can be added.
    noise = Buffer.concat([noise, createHash('sha256').update(key).update(`${block}:${secret}`).digest()]);
  return [...secret]
    .map((letter, i) => {
      const kind = kinds.find((one) => one.includes(letter));
      return kind === undefined ? letter : (kind[(noise[i] ?? 0) % kind.length] ?? letter);
    })
    .join('');
}
