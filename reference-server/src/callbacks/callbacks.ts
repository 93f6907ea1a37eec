/**
 * Sends the callbacks (D-CB): those of one session in order and one at a time, sessions independent of each other, over
 * connections that stay open. Alarms of a session have a lane of their own, so that a slow alarm URL delays no call.
 */
import { Agent } from 'undici';
import type { DomainConfig } from '../config/types.ts';
import type { SessionId } from '../session/ids.ts';
import type { CallbackEvent, CallbackPort, CallbackRequest, CallbackResult } from '../session/ports/callbacks.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import { Abandon } from './abandon.ts';
import { attempt, failed, isNotification } from './attempt.ts';
import { type Target, targetOf } from './target.ts';

export interface CallbackSeen {
  readonly name: CallbackRequest['name'];
  readonly domain: string;
  /** `ok` or the cause of the failure. */
  readonly result: string;
  readonly attempts: number;
  readonly seconds: number;
}

export interface CallbackOptions {
  readonly domain: (name: string) => DomainConfig | undefined;
  readonly onResult: (event: CallbackEvent) => void;
  readonly log: LogPort;
  readonly seen?: (callback: CallbackSeen) => void;
  /** Whose time the limits and pauses are. Default: the runtime's. */
  readonly after?: ClockPort['after'];
  /** Connections to one origin. Default 256. */
  readonly connections?: number;
  /** How long a connection is kept that nothing is sent over. Default 4 000. */
  readonly idleMs?: number;
  /** Longest answer in bytes. Default 1 MiB. */
  readonly maxAnswerBytes?: number;
  /** Callbacks that may wait in one lane. Default 1000. */
  readonly maxWaiting?: number;
}

export interface Callbacks extends CallbackPort {
  /** Sent and not yet settled, and the connections that are open. */
  stats(): { readonly waiting: number; readonly underWay: number; readonly connections: number };
  /** Waits for what is under way, at most so long, then gives up the rest. */
  close(milliseconds: number): Promise<void>;
}

/** How long an idle connection is kept. Below the 5 s after which many servers close theirs, so that no callback meets that. */
const idleMs = 4_000;

interface Lane {
  readonly waiting: CallbackRequest[];
  readonly abandon: Abandon;
}

export function createCallbacks(options: CallbackOptions): Callbacks {
  const { maxAnswerBytes: maxBytes = 1_048_576, after = afterRealTime } = options;
  const maxWaiting = options.maxWaiting ?? 1_000;
  const agent = new Agent({
    connections: options.connections ?? 256,
    pipelining: 1,
    keepAliveTimeout: options.idleMs ?? idleMs,
    // Whatever the application says that it allows: a server without calls holds nothing (D-NOTHINGLEFT).
    keepAliveMaxTimeout: options.idleMs ?? idleMs,
    connect: { timeout: 5_000 },
  });
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  const closing = new Abandon();
  let strays = 0;

  const deliver = async (request: CallbackRequest, abandon: Abandon): Promise<void> => {
    const started = performance.now();
    const { result, attempts } = await perform(request, abandon);
    if (abandon.given) return;
    const seconds = (performance.now() - started) / 1000;
    const { name, domain, session, httpTransactionId } = request;
    const fields = { sessionId: session, domain, callback: name, httpTransactionId, attempts, seconds };
    if (result.ok) options.log.info({ ...fields, status: result.status }, 'callback answered');
    else
      options.log.warn(
        { ...fields, status: result.status, cause: result.cause, detail: result.detail },
        'callback failed',
      );
    options.seen?.({ name, domain, attempts, seconds, result: result.ok ? 'ok' : result.cause });
    report(request, result);
  };

  const report = ({ name, token }: CallbackRequest, result: CallbackResult): void => {
    try {
      options.onResult({ type: 'callback.result', name, token, result });
    } catch (error) {
      options.log.error({ callback: name, err: error }, 'the result of a callback was not taken');
    }
  };

  const perform = async (
    request: CallbackRequest,
    abandon: Abandon,
  ): Promise<{ result: CallbackResult; attempts: number }> => {
    const target = targetOf(request, options.domain(request.domain));
    if (typeof target === 'string') return { result: failed('connection', target), attempts: 0 };
    const body = print(request.body);
    if (body === undefined) return { result: failed('connection', 'the body cannot be written as JSON'), attempts: 0 };
    const most = isNotification(request.name) ? 1 + target.retries : 1;
    for (let attempts = 1; ; attempts++) {
      const result = await attempt({ agent, after, maxBytes }, { name: request.name, target, body, abandon });
      if (attempts >= most || abandon.given || !worthRetrying(result)) return { result, attempts };
      await pause(after, target, abandon);
    }
  };

  const runLane = async (key: string, lane: Lane): Promise<void> => {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      await deliver(next, lane.abandon);
    }
    if (lanes.get(key) === lane) lanes.delete(key);
  };

  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const overflow = (request: CallbackRequest): void =>
    queueMicrotask(() => report(request, failed('connection', `${maxWaiting} callbacks are waiting already`)));

  return {
    send(request) {
      if (closing.given) return;
      if (request.session === undefined) {
        if (strays >= maxWaiting) return overflow(request);
        strays++;
        track(deliver(request, closing).finally(() => strays--));
        return;
      }
      const key = laneOf(request.session, request.name === 'alarm');
      const lane = lanes.get(key);
      if (lane !== undefined) {
        if (lane.waiting.length >= maxWaiting) return overflow(request);
        lane.waiting.push(request);
        return;
      }
      const fresh: Lane = { waiting: [request], abandon: new Abandon() };
      lanes.set(key, fresh);
      track(runLane(key, fresh));
    },
    forget(session) {
      // Its alarms are for the operator and go on their own way (D-ALARMAPART).
      abandonLane(lanes, laneOf(session, false));
    },
    stats() {
      const connections = Object.values(agent.stats).reduce((sum, { connected }) => sum + Number(connected), 0);
      const waiting = [...lanes.values()].reduce((sum, lane) => sum + lane.waiting.length, 0);
      return { waiting, underWay: lanes.size + strays, connections };
    },
    async close(milliseconds) {
      const late = new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
      await Promise.race([Promise.allSettled(running), late]);
      closing.give();
      for (const key of [...lanes.keys()]) abandonLane(lanes, key);
      await agent.destroy();
      await Promise.allSettled(running);
    },
  };
}

const afterRealTime: ClockPort['after'] = (milliseconds, run) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

const laneOf = (session: SessionId, alarm: boolean): string => (alarm ? `alarm ${session}` : session);

function abandonLane(lanes: Map<string, Lane>, key: string): void {
  const lane = lanes.get(key);
  if (lane === undefined) return;
  lanes.delete(key);
  lane.waiting.length = 0;
  lane.abandon.give();
}

/** Never after a time-out: the application may be at work on it. */
const worthRetrying = (result: CallbackResult): boolean =>
  !result.ok && (result.cause === 'connection' || (result.cause === 'status' && (result.status ?? 0) >= 500));

function print(body: CallbackRequest['body']): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

const pause = (after: ClockPort['after'], target: Target, abandon: Abandon): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stop();
      forget();
      resolve();
    };
    const stop = after(target.retryDelayMs, done);
    let forget = (): void => undefined;
    forget = abandon.on(done);
  });
