/** The generator's side of the figures: what k6 says of calls, RTP, audio and REST, in whole and second by second. Pure. */
import { Histogram } from './histogram.ts';
import type { MetricName } from './metrics.ts';
import type { Figures, Sample, Short } from './model.ts';
import type { Point } from './points.ts';

/** Distributions that are kept in whole and by the second. */
const kept = ['setupMs', 'postDialMs', 'restMs', 'jitterMs', 'score', 'latenessMs', 'deliveryMs'] as const;
type Kept = (typeof kept)[number];

/** Values of one second, or of the whole. */
class Pile {
  readonly of: Readonly<Record<Kept, Histogram>> = {
    setupMs: new Histogram(),
    postDialMs: new Histogram(),
    restMs: new Histogram(),
    jitterMs: new Histogram(),
    score: new Histogram(),
    latenessMs: new Histogram(),
    deliveryMs: new Histogram(),
  };
  attempted = 0;
  completed = 0;
  failed = 0;
  sent = 0;
  received = 0;
  lost = 0;
}

export class CallFigures {
  readonly #whole = new Pile();
  #second = new Pile();
  readonly #reasons: Record<string, number> = {};
  readonly #completedBy: Record<string, number> = {};
  readonly #operations = new Map<string, Histogram>();
  #inProgress = 0;
  #mostAtOnce = 0;
  #notBegun = 0;
  #legs = 0;
  #heard = 0;
  #rest = 0;
  #restFailed = 0;
  #retransmissions = 0;
  #firstAt: number | undefined;
  #lastAt = 0;

  /** What each metric means here. */
  readonly #meanings: Readonly<Record<MetricName, (value: number, tags: Point['tags'], at: number) => void>> = {
    load_calls_attempted: (value, _tags, at) => {
      this.#both((pile) => {
        pile.attempted += value;
      });
      this.#firstAt ??= at;
      this.#inProgress += value;
      this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#inProgress);
    },
    load_calls_completed: (value, { flow = 'unknown' }, at) => {
      this.#completedBy[flow] = (this.#completedBy[flow] ?? 0) + value;
      this.#both((pile) => {
        pile.completed += value;
      });
      this.#inProgress -= value;
      this.#lastAt = at;
    },
    load_calls_failed: (value, tags) => {
      this.#both((pile) => {
        pile.failed += value;
      });
      this.#inProgress -= value;
      this.#reason(tags.reason ?? 'unknown', value);
    },
    load_lateness: (value) => this.#keep('latenessMs', value),
    load_score: (value) => this.#keep('score', value),
    load_placed: (value) => this.#keep('deliveryMs', value),
    sip_invite_delivery_time: (value) => this.#keep('deliveryMs', value),
    sip_call_setup_time: (value) => this.#keep('setupMs', value),
    sip_post_dial_delay: (value) => this.#keep('postDialMs', value),
    sip_retransmissions: (value) => {
      this.#retransmissions += value;
    },
    rtp_packets_sent: (value) =>
      this.#both((pile) => {
        pile.sent += value;
      }),
    rtp_packets_received: (value) =>
      this.#both((pile) => {
        pile.received += value;
      }),
    rtp_packets_lost: (value) =>
      this.#both((pile) => {
        pile.lost += value;
      }),
    rtp_jitter: (value) => this.#keep('jitterMs', value),
    rtp_audio_heard: (value) => {
      this.#legs += 1;
      this.#heard += value;
    },
    http_req_duration: (value, tags) => this.#operation(tags.name ?? '', value),
    http_req_failed: (value, tags) => {
      if (tags.name !== OWN) this.#restFailed += value;
    },
    dropped_iterations: (value) => {
      this.#notBegun += value;
    },
  };

  /** `at` in seconds since the start of k6. */
  take({ metric, value, tags }: Point, at: number): void {
    this.#meanings[metric](value, tags, at);
  }

  /** Whether a call or a request was made. */
  get begun(): boolean {
    return this.#whole.attempted > 0 || this.#rest > 0;
  }

  /** What came since it was asked before. */
  second(): Pick<Sample, 'attempted' | 'completed' | 'failed' | 'inProgress' | 'rtp'> & Partial<Record<Kept, Short>> {
    const pile = this.#second;
    this.#second = new Pile();
    const { attempted, completed, failed, sent, received, lost } = pile;
    const { deliveryMs: _left, ...shown } = pile.of;
    return {
      attempted,
      completed,
      failed,
      inProgress: this.#inProgress,
      ...(sent + received > 0 && { rtp: { sent, received, lost } }),
      ...shorts(shown),
    };
  }

  /** `stopped`: calls that were under way were meant to be cut off, so they have not failed. */
  whole(stopped: boolean): Omit<Figures, 'callbacks' | 'generator' | 'application' | 'target'> & {
    readonly latenessMs?: ReturnType<Histogram['summary']>;
  } {
    const { attempted, completed, failed, sent, received, lost, of } = this.#whole;
    const unfinished = Math.max(0, attempted - completed - failed);
    if (!stopped && unfinished > 0) this.#reason('cut off at the end of the run', unfinished);
    const span = this.#lastAt - (this.#firstAt ?? this.#lastAt);
    const all = Object.fromEntries(kept.map((name) => [name, of[name].summary()]));
    const { setupMs, postDialMs, deliveryMs, jitterMs, score, restMs, latenessMs } = all;
    return {
      calls: {
        attempted,
        completed,
        completedBy: { ...this.#completedBy },
        failed: failed + (stopped ? 0 : unfinished),
        reasons: { ...this.#reasons },
        mostAtOnce: this.#mostAtOnce,
        perSecond: span > 0 ? Number((completed / span).toPrecision(4)) : 0,
        notBegun: this.#notBegun,
      },
      ...(setupMs && { setupMs }),
      ...(postDialMs && { postDialMs }),
      ...(deliveryMs && { deliveryMs }),
      ...(sent + received > 0 && {
        rtp: {
          sent,
          received,
          lost,
          lossShare: received + lost === 0 ? 0 : lost / (received + lost),
          ...(jitterMs && { jitterMs }),
        },
      }),
      ...(this.#legs > 0 && {
        audio: {
          legs: this.#legs,
          heard: this.#heard,
          heardShare: this.#heard / this.#legs,
          ...(score && { score }),
        },
      }),
      ...(restMs && {
        rest: {
          requests: this.#rest,
          failed: this.#restFailed,
          latencyMs: restMs,
          byOperation: Object.fromEntries(
            [...this.#operations].flatMap(([name, times]) => {
              const summary = times.summary();
              return summary === undefined ? [] : [[name, summary]];
            }),
          ),
        },
      }),
      retransmissions: this.#retransmissions,
      ...(latenessMs && { latenessMs }),
    };
  }

  #operation(name: string, ms: number): void {
    if (name === OWN) return;
    this.#rest += 1;
    this.#keep('restMs', ms);
    const times = this.#operations.get(name) ?? new Histogram();
    this.#operations.set(name, times);
    times.add(ms);
  }

  #reason(reason: string, count: number): void {
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + count;
  }

  #keep(name: Kept, value: number): void {
    this.#both((pile) => pile.of[name].add(value));
  }

  #both(change: (pile: Pile) => void): void {
    change(this.#whole);
    change(this.#second);
  }
}

/** Name of the requests that go to the application and not to the target. */
const OWN = 'application';

/** Those that have values. */
export function shorts<Name extends string>(piles: Readonly<Record<Name, Histogram>>): Partial<Record<Name, Short>> {
  const result: Partial<Record<Name, Short>> = {};
  for (const name of Object.keys(piles) as Name[]) {
    const short = shortOf(piles[name]);
    if (short !== undefined) result[name] = short;
  }
  return result;
}

function shortOf(values: Histogram): Short | undefined {
  const summary = values.summary();
  if (summary === undefined) return undefined;
  const { count, p50, p95, max } = summary;
  return { count, p50, p95, max };
}
