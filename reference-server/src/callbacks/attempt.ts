/** One HTTP request of a callback, from connection to the last byte of the answer. */
import type { Dispatcher } from 'undici';
import type { CallbackName, CallbackResult } from '../session/ports/callbacks.ts';
import type { ClockPort } from '../session/ports.ts';
import type { Abandon } from './abandon.ts';
import { type Answer, exchange } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Target } from './target.ts';

type Failure = Extract<CallbackResult, { ok: false }>;

interface Attempt {
  readonly name: CallbackName;
  readonly target: Target;
  /** JSON text. */
  readonly body: string;
  /** Ends the attempt from outside; its result is then of no interest to anybody. */
  readonly abandon: Abandon;
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

export function attempt({ agent, after, maxBytes }: Means, attempt: Attempt): Promise<CallbackResult> {
  const { name, target, body, abandon } = attempt;
  return new Promise((resolve) => {
    const done = (result: CallbackResult): void => {
      giveUp();
      forget();
      resolve(result);
    };
    const late = (): void => {
      stop();
      done(failed('timeout', `no whole answer within ${target.timeoutMs / 1000} s`));
    };
    const giveUp = after(target.timeoutMs, late);
    const { origin, path } = target;
    const wants = (status: number): boolean => status === 200 && !isNotification(name);
    let stop = (): void => undefined;
    let forget = (): void => undefined;
    stop = exchange(agent, { origin, path, headers, body, wants, maxBytes }, (outcome) =>
      done(outcome instanceof Error ? failed('connection', describe(outcome)) : judge(name, outcome, maxBytes)),
    );
    forget = abandon.on(late);
  });
}

function judge(name: CallbackName, { status, contentType, body }: Answer, maxBytes: number): CallbackResult {
  // A question is answered by 200 alone (D-BADANSWER), what is only told may be noted by any 2xx.
  if (isNotification(name) && status >= 200 && status <= 299) return { ok: true, status, body: undefined };
  if (status !== 200) return failed('status', `the application answered ${status}`, status);
  if (body === undefined) return tooLarge(maxBytes, status);
  const text = decoded(body);
  if (text === undefined) return failed('notJson', 'the answer is not in UTF-8', status);
  if (text === '') {
    return wantsAnswer[name] === 'needed'
      ? failed('empty', 'the answer has no body', status)
      : { ok: true, status, body: undefined };
  }
  const type = contentType ?? 'application/json';
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    return failed('notJson', `the answer has the type ${type.slice(0, 80)}`, status);
  }
  const parsed = parseJson(text);
  if (parsed === undefined) return failed('notJson', 'the answer is no valid JSON, or nests too deep', status);
  return { ok: true, status, body: parsed.value };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Without the byte order mark and white space around it; undefined where it is no UTF-8 (RFC 8259 section 8.1). */
function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    return undefined;
  }
}

const tooLarge = (maxBytes: number, status: number): Failure =>
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
