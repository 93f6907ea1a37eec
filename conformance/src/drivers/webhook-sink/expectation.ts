import type { Exchange } from '../prism-proxy/types.ts';
import { quietly } from '../promises.ts';
import { RanOut } from '../ran-out.ts';
import { keyText } from './claims.ts';
import type { Answer, Answering, Callback, CallbackExpectation, CallbackName, ClaimKey } from './types.ts';

/** What an expectation needs of the sink. */
interface Surroundings {
  readonly stepMs: number;
  now(): number;
  bind(key: string, expectation: Expectation): void;
  unbind(expectation: Expectation): void;
}

/** One scenario's customer application: a script of answers and a record of what came. */
export class Expectation implements CallbackExpectation {
  private readonly around: Surroundings;
  private readonly heard: ((exchange: Exchange, callback: Callback) => void) | undefined;
  private readonly script = new Map<CallbackName, readonly Answering[]>();
  private readonly came: Callback[] = [];
  private readonly taken = new Map<CallbackName, number>();
  private readonly watchers = new Set<() => void>();

  constructor(around: Surroundings, heard?: (exchange: Exchange, callback: Callback) => void) {
    this.around = around;
    this.heard = heard;
  }

  on(name: CallbackName, answer: Answering | readonly Answering[]): this {
    this.script.set(name, isList(answer) ? answer : [answer]);
    return this;
  }

  claim(key: ClaimKey): this {
    this.around.bind(keyText(key), this);
    return this;
  }

  release(): void {
    this.around.unbind(this);
  }

  all(name?: CallbackName): readonly Callback[] {
    return name === undefined ? this.came : this.came.filter((callback) => callback.name === name);
  }

  sequence(): readonly CallbackName[] {
    return this.came.map((callback) => callback.name);
  }

  sessions(): readonly string[] {
    return [...new Set(this.came.flatMap(({ sessionId }) => (sessionId === undefined ? [] : [sessionId])))];
  }

  next(name: CallbackName, { within = this.around.stepMs }: { readonly within?: number } = {}): Promise<Callback> {
    const found = Promise.withResolvers<Callback>();
    const look = (): void => {
      const index = this.taken.get(name) ?? 0;
      const callback = this.all(name)[index];
      if (!callback) return;
      this.taken.set(name, index + 1);
      settle(() => found.resolve(callback));
    };
    const timer = setTimeout(() => {
      const instead = this.sequence().join(', ') || 'none at all';
      settle(() =>
        found.reject(new RanOut(`No ${name} callback within ${within / 1000} s; callbacks so far: ${instead}`, within)),
      );
    }, within);
    const settle = (act: () => void): void => {
      this.watchers.delete(look);
      clearTimeout(timer);
      act();
    };
    this.watchers.add(look);
    look();
    return quietly(found.promise);
  }

  skip(): void {
    for (const { name } of this.came) this.taken.set(name, this.all(name).length);
  }

  async quiet(quietMs: number): Promise<void> {
    const since = this.around.now();
    for (;;) {
      const idle = this.around.now() - Math.max(since, this.came.at(-1)?.at ?? since);
      if (idle >= quietMs) return;
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(quietMs - idle)));
    }
  }

  /** Takes a callback and says what to answer. */
  async take(callback: Callback): Promise<Answer> {
    const nth = this.all(callback.name).length;
    this.came.push(callback);
    for (const look of [...this.watchers]) look();
    const answers = this.script.get(callback.name);
    const answer = answers?.[Math.min(nth, answers.length - 1)] ?? defaultAnswer(callback);
    return typeof answer === 'function' ? answer(callback, nth) : answer;
  }

  report(exchange: Exchange, callback: Callback): void {
    this.heard?.(exchange, callback);
  }
}

const isList = (answer: Answering | readonly Answering[]): answer is readonly Answering[] => Array.isArray(answer);

/** What an application that has no opinion answers: calls are refused or ended, notifications taken. */
export function defaultAnswer(callback: Callback): Answer {
  switch (callback.name) {
    case 'newCall':
    case 'callEvent':
      return { action: 'drop' };
    case 'getIvrCommand':
      return { ...(callback.sessionId !== undefined && { sessionId: callback.sessionId }), hangup: true };
    case 'getCallIdentifier':
      return { ...(callback.sessionId !== undefined && { sessionId: callback.sessionId }), sessionReferenceId: 'none' };
    case 'newRemoteCall':
      return {};
    case 'callNotify':
    case 'callAnswered':
    case 'sessionCompleted':
    case 'recordingReady':
    case 'alarm':
      return { answer: { status: 200, expectInvalid: false } };
    default:
      return callback.name satisfies never;
  }
}
