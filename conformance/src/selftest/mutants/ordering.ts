import { callback, mutant, rest, rtp } from '../dsl/index.ts';
import type { Memory, Mutant, Rewrite } from '../types.ts';

const one = (
  name: string,
  title: string,
  slug: string,
  rewrite: Rewrite | readonly Rewrite[],
  scenario: string,
): Mutant => mutant(`ordering/${name}`, title, `ordering-${slug}`, rewrite, { scenarios: [`ordering/${scenario}`] });

/** The first value of a property that came, once and for all. */
function first(memory: Memory, name: string, was: unknown): unknown {
  if (!memory.has(name)) memory.set(name, was);
  return memory.get(name);
}

export const ordering: readonly Mutant[] = [
  one(
    'question-first',
    'getIvrCommand comes before callAnswered',
    'in-order',
    callback('callAnswered').after('getIvrCommand'),
    'in-order',
  ),
  one(
    'not-waited-for',
    'The next callback is sent before the answer to the one before',
    'one-at-a-time',
    callback('callAnswered').fate({ answer: { status: 200, json: {} }, until: Promise.resolve() }),
    'one-at-a-time',
  ),
  one(
    'one-for-all',
    'A session waits until another one has been answered',
    'sessions-independent',
    callback('sessionCompleted').nth(1).late(2000),
    'sessions-do-not-wait',
  ),
  one(
    'path-with-a-query',
    'Callbacks go to another path than that of their name',
    'post-json',
    callback('sessionCompleted').edit((message) => {
      message.url = `${message.url}?session=1`;
      return {};
    }),
    'post-json',
  ),
  one(
    'as-text',
    'Callbacks say that they are text',
    'post-documented',
    callback('sessionCompleted').header('content-type', 'text/plain'),
    'post-json',
  ),
  one(
    'copy-with-another-id',
    'A notification that is sent again has another httpTransactionId',
    'notify-retry-same-id',
    callback('callAnswered').nth(2).change('/httpTransactionId'),
    'notification-sent-again',
  ),
  one(
    'asked-twice',
    'getIvrCommand that is answered 500 is asked again',
    'question-not-retried',
    callback('getIvrCommand').double(),
    'questions-are-asked-once',
  ),
  one(
    'refused-sent-again',
    'A notification that is answered 404 is sent again',
    'notify-4xx-not-retried',
    callback('callAnswered').double(),
    'notification-refused',
  ),
  one(
    'refused-ends-the-call',
    'A notification that is refused ends the call',
    'notify-failure-harmless',
    callback('getIvrCommand').lose(),
    'notification-refused',
  ),
  one(
    'id-of-the-call-before',
    'callAnswered has the httpTransactionId of that of the call before',
    'transaction-id-fresh',
    callback('callAnswered').change('/httpTransactionId', () => 'id-of-all-callanswered'),
    'transaction-and-trace-ids',
  ),
  one(
    'trace-of-its-own',
    'sessionCompleted has a traceId of its own',
    'trace-id-constant',
    callback('sessionCompleted').change('/traceId'),
    'transaction-and-trace-ids',
  ),
  one(
    'one-trace-for-all',
    'All calls have one traceId',
    'trace-id-differs',
    callback('*').json((json, _message, memory) => {
      const body = Object(json) as Readonly<Record<string, unknown>>;
      return body.traceId === undefined ? undefined : { ...body, traceId: first(memory, 'trace', body.traceId) };
    }),
    'transaction-and-trace-ids',
  ),
  one(
    'reason-of-another-type',
    'A callback breaks the specification',
    'valid-bodies',
    callback('sessionCompleted').type('/reason'),
    'valid-against-the-specification',
  ),
  one(
    'answer-of-another-type',
    'An answer breaks the specification',
    'valid-answers',
    rest('interruptIvrCommand').set('/success', 'yes'),
    'valid-against-the-specification',
  ),
  one(
    'rtp-behind-the-end',
    'RTP comes for half a second after sessionCompleted',
    'no-callback-after-end',
    rtp.late(500),
    'quiet-after-the-end',
  ),
];
