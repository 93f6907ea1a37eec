/**
 * What the application answers, by scenario. Pure: it is given what it needs to know, and keeps nothing. Answers are few and
 * short on purpose, so that the application is never what a run measures.
 */
import { CALLEE, SCENARIO } from './headers.ts';

export type Flow = 'ivr' | 'churn' | 'bridge' | 'impatient' | 'outbound' | 'remote';
const flows: ReadonlySet<string> = new Set<Flow>(['ivr', 'churn', 'bridge', 'impatient', 'outbound', 'remote']);
export const isFlow = (name: unknown): name is Flow => typeof name === 'string' && flows.has(name);

/**
 * Callbacks that a call of a flow has when all of it went well, whoever carries it, and how many of each; those that hang on
 * what the target tells of ringing, or on who hung up, are none of them.
 */
export const due: Readonly<Record<Flow, Readonly<Record<string, number>>>> = {
  ivr: { newCall: 1, callAnswered: 1, getIvrCommand: 2, sessionCompleted: 1 },
  churn: { newCall: 1, callAnswered: 1, getIvrCommand: 1, sessionCompleted: 1 },
  bridge: { newCall: 1, callAnswered: 1, sessionCompleted: 1 },
  impatient: { newCall: 1, sessionCompleted: 1 },
  outbound: { callAnswered: 1, getIvrCommand: 2, sessionCompleted: 1 },
  remote: { callAnswered: 1, sessionCompleted: 1 },
};

/** Body of a callback, as far as it is read here. */
export interface Callback {
  readonly sessionId?: unknown;
  readonly sessionReferenceId?: unknown;
  readonly replyId?: unknown;
  readonly xHeaders?: Readonly<Record<string, unknown>>;
  readonly dtmfParams?: { readonly dtmfMatch?: unknown };
  readonly type?: unknown;
  readonly error?: unknown;
  readonly codec?: unknown;
}

export interface FlowSetting {
  readonly promptUrl: string;
  readonly digitSeconds: number;
  /** SIP URI of a user that has registered. */
  contactOf(user: string): string | undefined;
}

/** The flow that a callback names: of newCall by a header, of calls that were placed over REST by their reference. */
export function flowOf(name: string, body: Callback): Flow | undefined {
  const named = name === 'newCall' ? body.xHeaders?.[SCENARIO.toLowerCase()] : referenced(body.sessionReferenceId);
  if (name === 'newRemoteCall') return 'remote';
  return isFlow(named) ? named : undefined;
}

const referenced = (reference: unknown): unknown =>
  typeof reference === 'object' && reference !== null && 'load' in reference ? reference.load : undefined;

const drop = { action: 'drop', dropCode: 'unavailable' };
const nothing = {};

/** What the application keeps of a session. */
export interface Remembered {
  readonly flow: Flow;
  /** How many getIvrCommand it had before this callback. */
  readonly asked: number;
  /** Of a Cloud UA call: what is to be its sessionReferenceId. */
  readonly reference?: unknown;
}

/**
 * The answer to a callback of a session.
 * @returns undefined: there is no such callback.
 */
export function answer(
  name: string,
  body: Callback,
  { flow, asked, reference }: Remembered,
  setting: FlowSetting,
): unknown {
  switch (name) {
    case 'newCall':
      return newCall(body, flow, setting);
    case 'getIvrCommand':
      return flow === 'churn' ? { hangup: true } : ivrCommand(asked, setting);
    case 'callEvent':
      return drop;
    case 'callAnswered':
    case 'callNotify':
    case 'sessionCompleted':
      return nothing;
    case 'newRemoteCall':
      return { sessionReferenceId: reference };
    default:
      return undefined;
  }
}

function newCall(body: Callback, flow: Flow, setting: FlowSetting): unknown {
  if (flow !== 'bridge' && flow !== 'impatient') return { action: 'ivr' };
  const user = body.xHeaders?.[CALLEE.toLowerCase()];
  const destAddr = typeof user === 'string' ? setting.contactOf(user) : undefined;
  return destAddr === undefined ? drop : { action: 'call', destAddr };
}

/** First the prompt and a wait for one digit; then, when the digit is there, the end. Without a digit the end as well. */
function ivrCommand(asked: number, { promptUrl, digitSeconds }: FlowSetting): unknown {
  if (asked > 0) return { hangup: true };
  return {
    phrases: [{ format: 'url', url: promptUrl, cacheTimeToLive: 'DAY' }],
    dtmf: { flush: true, maxDigits: 1, firstTimeout: digitSeconds },
  };
}
