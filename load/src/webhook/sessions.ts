/** Which sessions began and which ended, and what came that cannot be. Pure: the time is handed in. */
import { Histogram } from '../figures/histogram.ts';
import { answer, type Callback, due, type Flow, type FlowSetting, flowOf } from './flows.ts';
import { SENT } from './headers.ts';

interface Session {
  readonly flow: Flow;
  asked: number;
  /** When the callback before was answered, ms; undefined: there was none, or its answer is not sent yet. */
  answeredAt: number | undefined;
  /** How many of the callbacks that are due it had. */
  readonly had: Record<string, number>;
  readonly reference?: unknown;
}

/** What is to be done with a callback. */
export interface Taken {
  /** Undefined: 404. */
  readonly answer: unknown;
  /** To be called with the time at which the answer was sent, ms. */
  sent(at: number): void;
  /** A Cloud UA call that has to be answered over REST. */
  readonly remote?: { readonly replyId: string; readonly codec: string };
}

/** So many sessions that have ended are known by name, so that what comes after their end is told from a new one. */
const remembered = 200_000;

export class Sessions {
  readonly #setting: FlowSetting;
  readonly #open = new Map<string, Session>();
  readonly #ended = new Set<string>();
  #remotes = 0;
  #counts = none();

  constructor(setting: FlowSetting) {
    this.#setting = setting;
  }

  get open(): number {
    return this.#open.size;
  }

  /** `now` in ms since 1970, `clock` monotonic. */
  take(name: string, body: Callback, now: number, clock: number): Taken {
    const counts = this.#counts;
    counts.answered[name] = (counts.answered[name] ?? 0) + 1;
    if (name === 'alarm') {
      const kind = `${String(body.type)}: ${String(body.error)}`;
      counts.alarms[kind] = (counts.alarms[kind] ?? 0) + 1;
      return quiet({});
    }
    const key = name === 'newRemoteCall' ? `remote-${++this.#remotes}` : keyOf(body);
    if (name === 'sessionCompleted') return this.#completed(key, body);
    const session = this.#sessionOf(name, key, body);
    if (session === undefined) {
      counts.unexpected += 1;
      // What a session without a flow wants to know is answered so that it ends.
      return quiet(name === 'getIvrCommand' ? { hangup: true } : { action: 'drop' });
    }
    this.#note(session, name);
    if (name === 'newCall') counts.newCallMs.add(now - Number(body.xHeaders?.[SENT.toLowerCase()]));
    if (name === 'getIvrCommand' && session.asked === 0 && session.answeredAt !== undefined)
      counts.getIvrCommandMs.add(clock - session.answeredAt);
    const given = answer(name, body, session, this.#setting);
    if (name === 'getIvrCommand') session.asked += 1;
    if (given === undefined) counts.unexpected += 1;
    return {
      answer: given,
      sent: (at) => {
        session.answeredAt = at;
      },
      ...(name === 'newRemoteCall' && {
        remote: { replyId: String(body.replyId), codec: typeof body.codec === 'string' ? body.codec : 'PCMA' },
      }),
    };
  }

  /** From receipt to answer, ms. */
  answeredIn(ms: number): void {
    this.#counts.answerMs.add(ms);
  }

  /** What happened since it was asked before. */
  counts(): Counts {
    const counts = this.#counts;
    this.#counts = none();
    return counts;
  }

  #sessionOf(name: string, key: string, body: Callback): Session | undefined {
    const known = this.#open.get(key);
    if (known !== undefined) return name === 'newCall' ? undefined : known;
    const flow = flowOf(name, body);
    if (flow === undefined || this.#ended.has(key)) return undefined;
    const reference = flow === 'remote' ? { load: 'remote', call: key } : undefined;
    const session: Session = { flow, asked: 0, answeredAt: undefined, had: {}, ...(reference && { reference }) };
    this.#open.set(key, session);
    this.#counts.begun += 1;
    return session;
  }

  /** More than are due make up for none that another session lacks. */
  #note({ flow, had }: Pick<Session, 'flow' | 'had'>, name: string): void {
    const count = (had[name] ?? 0) + 1;
    if (count > (due[flow][name] ?? 0)) return;
    had[name] = count;
    const all = this.#counts.had;
    const ofFlow = all[flow] ?? {};
    ofFlow[name] = (ofFlow[name] ?? 0) + 1;
    all[flow] = ofFlow;
  }

  #completed(key: string, body: Callback): Taken {
    const counts = this.#counts;
    const flow = this.#open.get(key)?.flow ?? flowOf('sessionCompleted', body);
    if (flow !== undefined && !this.#ended.has(key)) this.#note({ flow, had: {} }, 'sessionCompleted');
    if (this.#open.delete(key)) counts.ended += 1;
    else if (this.#ended.has(key)) counts.doubled += 1;
    else {
      // A call that was placed and never answered has no callback before.
      counts.begun += 1;
      counts.ended += 1;
    }
    this.#ended.add(key);
    if (this.#ended.size > remembered) {
      for (const oldest of this.#ended) {
        this.#ended.delete(oldest);
        break;
      }
    }
    return quiet({});
  }
}

interface Counts {
  readonly answered: Record<string, number>;
  readonly alarms: Record<string, number>;
  readonly had: Record<string, Record<string, number>>;
  begun: number;
  ended: number;
  doubled: number;
  unexpected: number;
  readonly newCallMs: Histogram;
  readonly getIvrCommandMs: Histogram;
  readonly answerMs: Histogram;
}

const none = (): Counts => ({
  answered: {},
  alarms: {},
  had: {},
  begun: 0,
  ended: 0,
  doubled: 0,
  unexpected: 0,
  newCallMs: new Histogram(),
  getIvrCommandMs: new Histogram(),
  answerMs: new Histogram(),
});

const quiet = (answer: unknown): Taken => ({ answer, sent: () => undefined });

/** A Cloud UA call is known by the reference it was given, since newRemoteCall names no session. */
function keyOf({ sessionId, sessionReferenceId: reference }: Callback): string {
  const named = typeof reference === 'object' && reference !== null && 'call' in reference ? reference.call : undefined;
  return String(named ?? sessionId);
}
