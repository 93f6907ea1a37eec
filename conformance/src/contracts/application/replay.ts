import { randomUUID } from 'node:crypto';
import type { CallbackName, JsonObject } from '@mediaservice/spec';
import { isObject } from '../../drivers/http.ts';
import { ask, type Reply } from './ask.ts';
import { type Finding, judgeReply } from './judge.ts';
import type { Step } from './plan.ts';

/** A request that was replayed, and what came of it. */
export interface Tried {
  readonly name: CallbackName;
  readonly asked: string;
  readonly request: JsonObject;
  readonly reply: Reply;
  readonly findings: readonly Finding[];
}

export interface ReplayOptions {
  /** URL of a callback. */
  urlOf(name: CallbackName): string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Replays the requests one after the other, with ids as in real calls and what the application gave before. */
export async function replay(steps: readonly Step[], options: ReplayOptions): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  let session = newSession();
  for (const step of steps) {
    if (options.signal.aborted) break;
    if (step.begins) session = newSession();
    const request = inSession(step, session);
    const reply = await ask(options.urlOf(step.name), request, options.limitMs);
    const findings = judgeReply(step.name, request, reply);
    if (reply.kind === 'answer' && isObject(reply.json) && reply.json.sessionReferenceId !== undefined)
      session = { ...session, reference: reply.json.sessionReferenceId };
    tried.push({ name: step.name, asked: step.asked, request, reply, findings });
  }
  return tried;
}

interface Session {
  readonly sessionId: string;
  readonly traceId: string;
  /** What the application has given, as it came (D-TYPE, D-LASTREF). */
  readonly reference?: unknown;
}

const newSession = (): Session => ({ sessionId: randomUUID(), traceId: randomUUID() });

/** Callbacks that tell a reference that was given before. */
const referring = new Set<CallbackName>([
  'callNotify',
  'callAnswered',
  'getIvrCommand',
  'callEvent',
  'recordingReady',
  'sessionCompleted',
]);

function inSession({ name, body }: Step, { sessionId, traceId, reference }: Session): JsonObject {
  const { sessionReferenceId: _, ...rest } = body;
  return {
    ...rest,
    ...(rest.sessionId !== undefined && { sessionId }),
    ...(rest.traceId !== undefined && { traceId }),
    ...(rest.httpTransactionId !== undefined && { httpTransactionId: randomUUID() }),
    // A reference that nobody gave is left out (D-OPT).
    ...(referring.has(name) && reference !== undefined && { sessionReferenceId: reference }),
  };
}
