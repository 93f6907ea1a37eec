import { request } from 'undici';
import { parseJson } from '../../drivers/http.ts';

/** What an application answered, as far as a service reads it. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Content-Type; absent: none. */
      readonly type?: string;
      /** Without byte order mark and white space around it; absent: it is no UTF-8. */
      readonly text?: string;
      /** Parsed, when it is JSON. */
      readonly json?: unknown;
      readonly ms: number;
    }
  /** A sentence without its end: `it closed the connection`. */
  | { readonly kind: 'none'; readonly words: string; readonly ms: number };

/** Longest answer that the reference server reads (D-ANSWERSIZE). */
const longest = 1024 * 1024;

/** Sends a callback as a service does; never rejects. */
export async function ask(url: string, body: unknown, limitMs: number): Promise<Reply> {
  const began = performance.now();
  const ms = (): number => Math.round(performance.now() - began);
  const signal = AbortSignal.timeout(limitMs);
  try {
    const response = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'mediaservice-conformance',
      },
      body: JSON.stringify(body),
      signal,
    });
    const bytes = await atMost(response.body, longest);
    if (bytes === undefined) return { kind: 'none', words: `it answered more than ${longest} bytes`, ms: ms() };
    const type = response.headers['content-type'];
    const text = decoded(bytes);
    const json = text === undefined || text === '' ? undefined : parseJson(text);
    return {
      ...{ kind: 'answer', status: response.statusCode, ms: ms() },
      ...(type !== undefined && { type: String(type) }),
      ...(text !== undefined && { text }),
      ...(json !== undefined && { json }),
    };
  } catch (error) {
    const words = signal.aborted
      ? `it gave no whole answer within ${limitMs / 1000} s`
      : `it gave no answer (${wordsOf(error)})`;
    return { kind: 'none', words, ms: ms() };
  }
}

async function atMost(body: AsyncIterable<unknown>, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Undefined where it is no UTF-8 (RFC 8259 section 8.1). */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
