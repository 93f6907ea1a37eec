/**
 * The callbacks of a session on their way out. They wait here, not in the callback port, so that each is completed when
 * it leaves: what an answer changed (`sessionReferenceId`) is in the next request, and a question whose subject went is
 * not asked. Alarms go beside them to their own URL; sessionCompleted waits for both (D-CB, D-DONE).
 */
import type { ParticipantId } from './ids.ts';
import type { Json } from './json.ts';
import type { CallbackName } from './ports/callbacks.ts';
import type { ReplyClaims } from './ports/reply-id.ts';

export type Body = Readonly<Record<string, Json | undefined>>;

export interface Outgoing {
  readonly name: CallbackName;
  readonly body: Body;
  /** A question is dropped when the session ends before it is sent; its answer is an event for `about`. */
  readonly kind: 'question' | 'notification' | 'last';
  readonly about?: ParticipantId;
  /** Which question about it this is, by its own count. */
  readonly asked?: number;
  /** What the replyId of the request speaks for; absent where the callback has none. */
  readonly reply?: Pick<ReplyClaims, 'participant' | 'connection' | 'command'>;
}

export interface UnderWay {
  readonly token: string;
  readonly outgoing: Outgoing;
  /** The replyId that the request carries. */
  readonly replyId: string | undefined;
}

export interface Outbox {
  readonly waiting: readonly Outgoing[];
  readonly underWay: UnderWay | undefined;
  /** Tokens of alarms whose delivery is not known yet. */
  readonly alarms: ReadonlySet<string>;
  /** Requests sent so far; makes tokens unique. */
  readonly sent: number;
}

export const emptyOutbox: Outbox = { waiting: [], underWay: undefined, alarms: new Set(), sent: 0 };

/** The oldest that may leave now. sessionCompleted leaves when no alarm is out. */
export const nextToLeave = (outbox: Outbox): Outgoing | undefined => {
  const [first] = outbox.waiting;
  if (first === undefined || outbox.underWay !== undefined) return undefined;
  return first.kind === 'last' && outbox.alarms.size > 0 ? undefined : first;
};

/** sessionCompleted is queued: nothing more may be. */
export const isClosed = (outbox: Outbox): boolean =>
  outbox.waiting.some((outgoing) => outgoing.kind === 'last') || outbox.underWay?.outgoing.kind === 'last';
