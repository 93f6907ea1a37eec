/** One HTTP request of a callback, from connection to the last byte of the answer. */
import { type Dispatcher, errors } from 'undici';
import type { CallbackName, CallbackResult, ClockPort } from '../session/ports.ts';
import { parseJson } from './json.ts';
import type { Target } from './target.ts';

type Failure = Extract<CallbackResult, { ok: false }>;

interface Attempt {
  readonly name: CallbackName;
  readonly target: Target;
  /** JSON text. */
  readonly body: string;
  /** Ends the attempt from outside; its result is then of no interest to anybody. */
  readonly abandon: AbortSignal;
}

/** What the sending of a callback needs besides the network. */
interface Means {
  readonly agent: Dispatcher;
  readonly after: ClockPort['after'];
  /** Longest answer that is read. */
  readonly maxBytes: number;
}

/** Callbacks whose answer is used and means nothing when it is empty (D-CB). */
const wantsAnswer: Readonly<Record<CallbackName, 'needed' | 'optional' | 'unused'>> = {
  newCall: 'needed',
  getCallIdentifier: 'needed',
  callEvent: 'needed',
  getIvrCommand: 'needed',
  newRemoteCall: 'optional',
  callNotify: 'unused',
  callAnswered: 'unused',
  sessionCompleted: 'unused',
  recordingReady: 'unused',
  alarm: 'unused',
};

export const isNotification = (name: CallbackName): boolean => wantsAnswer[name] === 'unused';

const headers = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'mediaservice-reference-server',
} as const;

export async function attempt({ agent, after, maxBytes }: Means, attempt: Attempt): Promise<CallbackResult> {
  const { name, target, body, abandon } = attempt;
  const limit = new AbortController();
  const giveUp = after(target.timeoutMs, () => limit.abort());
  const stop = (): void => limit.abort();
  abandon.addEventListener('abort', stop, { once: true });
  try {
    const { origin, path } = target;
    const response = await agent.request({ origin, path, method: 'POST', headers, body, signal: limit.signal });
    return await judge(name, response, maxBytes);
  } catch (error) {
    if (limit.signal.aborted) return failed('timeout', `no whole answer within ${target.timeoutMs / 1000} s`);
    if (error instanceof errors.ResponseExceededMaxSizeError) return tooLarge(maxBytes);
    return failed('connection', describe(error));
  } finally {
    giveUp();
    abandon.removeEventListener('abort', stop);
  }
}

async function judge(name: CallbackName, response: Dispatcher.ResponseData, maxBytes: number): Promise<CallbackResult> {
  const { statusCode: status, body } = response;
  // A question is answered by 200 alone (D-BADANSWER), what is only told may be noted by any 2xx.
  if (status !== 200 || isNotification(name)) {
    // Read to the end, so that the connection can be used again; a long one is not worth it.
    await body.dump({ limit: 65_536 });
    if (isNotification(name) && status >= 200 && status <= 299) return { ok: true, status, body: undefined };
    return failed('status', `the application answered ${status}`, status);
  }
  const bytes = await readAtMost(body, maxBytes);
  if (bytes === undefined) return tooLarge(maxBytes, status);
  const text = decoded(bytes);
  if (text === undefined) return failed('notJson', 'the answer is not in UTF-8', status);
  if (text === '') {
    return wantsAnswer[name] === 'needed'
      ? failed('empty', 'the answer has no body', status)
      : { ok: true, status, body: undefined };
  }
  const type = String(response.headers['content-type'] ?? 'application/json');
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    return failed('notJson', `the answer has the type ${type.slice(0, 80)}`, status);
  }
  const parsed = parseJson(text);
  if (parsed === undefined) return failed('notJson', 'the answer is no valid JSON, or nests too deep', status);
  return { ok: true, status, body: parsed.value };
}

/** Without the byte order mark and white space around it; undefined where it is no UTF-8 (RFC 8259 section 8.1). */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return undefined;
  }
}

/** Undefined when there is more; the connection is given up then. */
async function readAtMost(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    // Leaving the loop destroys the stream.
    if (length > maxBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (maxBytes: number, status?: number): Failure =>
  failed('tooLarge', `the answer is longer than ${maxBytes} bytes`, status);

export const failed = (cause: Failure['cause'], detail: string, status?: number): Failure => ({
  ok: false,
  cause,
  detail,
  ...(status === undefined ? {} : { status }),
});

/** AggregateError (several addresses tried) has an empty message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
