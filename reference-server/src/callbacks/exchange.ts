/**
 * One POST and what comes back. On the lowest interface of undici: four of these make a call, and streams, signals and
 * iterators around each of them cost more than the exchange itself.
 */
import type { Dispatcher } from 'undici';

export interface Post {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the body of an answer of this status is wanted. */
  readonly wants: (status: number) => boolean;
  /** Longest body that is wanted. */
  readonly maxBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** What came of a body that is wanted; undefined: it is longer than that. */
  readonly body: Buffer | undefined;
}

/** What comes of a body that nobody wants: so much is read, so that the connection can be used again; more is not worth it. */
const UNWANTED_BYTES = 65_536;
const nothing = Buffer.alloc(0);

/** Settles once. `settle` gets an Error when there is no whole answer. The function that comes back ends it before its time, without a word. */
export function exchange(agent: Dispatcher, post: Post, settle: (outcome: Answer | Error) => void): () => void {
  const { origin, path, headers, body, wants, maxBytes } = post;
  let over = false;
  let controller: Dispatcher.DispatchController | undefined;
  let status = 0;
  let contentType: string | undefined;
  let wanted = false;
  let chunks: Buffer[] = [];
  let length = 0;

  const end = (outcome: Answer | Error): void => {
    if (over) return;
    over = true;
    settle(outcome);
  };
  const answer = (whole: boolean): Answer => {
    const [first = nothing] = chunks;
    return { status, contentType, body: whole ? (chunks.length > 1 ? Buffer.concat(chunks) : first) : undefined };
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (over) started.abort(new Error('nobody waits for it any more'));
    },
    onResponseStart(_controller, code, fields) {
      // Of an interim answer nothing is wanted.
      if (code < 200) return;
      status = code;
      wanted = wants(code);
      const type = fields['content-type'];
      contentType = Array.isArray(type) ? type[0] : type;
    },
    onResponseData(its, chunk) {
      if (over) return;
      length += chunk.length;
      if (wanted) chunks.push(chunk);
      if (length <= (wanted ? maxBytes : UNWANTED_BYTES)) return;
      chunks = [];
      end(answer(!wanted));
      its.abort(new Error('the answer is too long'));
    },
    onResponseEnd: () => end(answer(true)),
    // Where only the status is wanted, it has come: a callback that was answered is not sent again (D-CB).
    onResponseError: (_controller, error) => end(status === 0 || wanted ? error : answer(true)),
  };
  try {
    agent.dispatch({ origin, path, method: 'POST', headers, body }, handler);
  } catch (error) {
    end(error instanceof Error ? error : new Error(String(error)));
  }
  return () => {
    if (over) return;
    over = true;
    controller?.abort(new Error('given up'));
  };
}
