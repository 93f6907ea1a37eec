/**
 * What an endpoint plays: jobs one after the other, the phrases of each without a gap, and under all of it a background
 * prompt. The player is asked for octets at each packet time and knows no clock.
 */
import type { PlayJobId } from '../../session/ids.ts';
import type { G711 } from './g711.ts';
import { saturate } from './mix.ts';
import type { PromptSource, Source } from './sources.ts';

export interface PhraseFailure {
  readonly reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError';
  readonly detail: string;
}

export type PlayerEvent =
  | { readonly type: 'played'; readonly job: PlayJobId; readonly stopped: boolean }
  | { readonly type: 'failed'; readonly job: PlayJobId; readonly phrase: number; readonly failure: PhraseFailure };

interface Job {
  readonly id: PlayJobId;
  readonly count: number;
  readonly repeat: boolean;
  /** A hole is a phrase that is still being fetched: silence until it comes. */
  readonly phrases: (Source | PhraseFailure | undefined)[];
  phrase: number;
}

export interface Background {
  readonly source: PromptSource;
  /** Samples of silence between two rounds. */
  readonly pause: number;
}

const NOTHING = new Uint8Array(0);

export class Player {
  readonly #jobs: Job[] = [];
  readonly #emit: (event: PlayerEvent) => void;
  /** The phrase that is read now; undefined while there is none, or it is still being fetched. */
  #source: Source | undefined;
  #background: Background | undefined;
  #pauseLeft = 0;
  #scratch = NOTHING;

  constructor(emit: (event: PlayerEvent) => void) {
    this.#emit = emit;
  }

  /** Jobs that play or wait. */
  get jobs(): number {
    return this.#jobs.length;
  }

  /** Whether anything may be heard. */
  get active(): boolean {
    return this.#jobs.length > 0 || this.#background !== undefined;
  }

  /**
   * Queues a job of `count` phrases, which follow through `supply`. One without phrases is over as soon as it is its turn.
   * With `repeat` it goes round until it is stopped.
   */
  add(id: PlayJobId, count: number, repeat = false): void {
    this.#jobs.push({ id, count, repeat, phrases: [], phrase: 0 });
    this.#settle();
  }

  supply(id: PlayJobId, index: number, phrase: Source | PhraseFailure): void {
    const job = this.#jobs.find((other) => other.id === id);
    if (job === undefined || index < job.phrase) {
      if (isSource(phrase)) phrase.close?.();
      return;
    }
    job.phrases[index] = phrase;
    this.#settle();
  }

  /** `current` goes on with the next phrase, `all` ends the job. Nothing happens when the job is over. */
  stop(id: PlayJobId, what: 'current' | 'all'): void {
    const at = this.#jobs.findIndex((job) => job.id === id);
    const job = this.#jobs[at];
    if (job === undefined) return;
    close(job.phrases[job.phrase]);
    advance(job);
    if (what === 'current' && job.phrase < job.count) {
      this.#settle();
      return;
    }
    this.#end(at);
    this.#emit({ type: 'played', job: id, stopped: true });
    this.#settle();
  }

  background(background: Background | undefined): void {
    this.#background = background;
    this.#pauseLeft = 0;
  }

  /** Ends everything without an event. */
  clear(): void {
    while (this.#jobs.length > 0) this.#end(0);
    this.#source = undefined;
    this.#background = undefined;
  }

  /** Writes the next octets from `from` up to `to`. False when they are all silence that nobody plays. */
  fill(out: Uint8Array, from: number, to: number, codec: G711): boolean {
    let at = from;
    let sounded = false;
    // A round in which nothing is to be read would be followed by the next one for ever.
    let empty = 0;
    while (at < to) {
      const source = this.#source;
      if (source === undefined) break;
      const read = source.read(out, at, to, codec);
      sounded ||= read > 0;
      empty = read > 0 ? 0 : empty + 1;
      const job = at + read < to ? this.#jobs[0] : undefined;
      if (job !== undefined) {
        source.close?.();
        if (empty > job.count) break;
        advance(job);
        this.#settle();
      }
      at += read;
    }
    if (at < to) out.fill(codec.silence, at, to);
    if (this.#background !== undefined) {
      this.#mixBackground(this.#background, out, from, to, codec, sounded);
      sounded = true;
    }
    return sounded;
  }

  #mixBackground(
    { source, pause }: Background,
    out: Uint8Array,
    from: number,
    to: number,
    codec: G711,
    mix: boolean,
  ): void {
    if (this.#scratch.length < to) this.#scratch = new Uint8Array(to);
    const under = mix ? this.#scratch : out;
    let at = from;
    let rounds = 0;
    while (at < to) {
      if (this.#pauseLeft > 0) {
        const silent = Math.min(this.#pauseLeft, to - at);
        under.fill(codec.silence, at, at + silent);
        this.#pauseLeft -= silent;
        at += silent;
        continue;
      }
      const read = source.read(under, at, to, codec);
      at += read;
      if (at === to) break;
      source.rewind();
      this.#pauseLeft = pause;
      // An empty prompt without a pause would go round for ever.
      if (read === 0 && pause === 0 && rounds++ > 0) {
        under.fill(codec.silence, at, to);
        break;
      }
    }
    if (mix) addOctets(out, under, from, to, codec);
  }

  /** Moves on past jobs that are done and phrases that failed, until something can be read or has to be waited for. */
  #settle(): void {
    this.#source = undefined;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      const phrase = job.phrases[job.phrase];
      if (job.phrase >= job.count) {
        this.#end(0);
        this.#emit({ type: 'played', job: job.id, stopped: false });
      } else if (phrase !== undefined && !isSource(phrase)) {
        this.#end(0);
        this.#emit({ type: 'failed', job: job.id, phrase: job.phrase, failure: phrase });
      } else {
        this.#source = phrase;
        return;
      }
    }
  }

  #end(at: number): void {
    const [job] = this.#jobs.splice(at, 1);
    for (const phrase of job?.phrases.slice(job.phrase) ?? []) close(phrase);
  }
}

/** To the next phrase; to the first one after the last, when the job repeats. */
function advance(job: Job): void {
  job.phrase++;
  if (!job.repeat || job.phrase < job.count) return;
  job.phrase = 0;
  for (const phrase of job.phrases) if (phrase !== undefined && isSource(phrase)) phrase.rewind?.();
}

/** Adds `more` to `out`, both octets of `codec`. */
export function addOctets(out: Uint8Array, more: Uint8Array, from: number, to: number, codec: G711): void {
  for (let i = from; i < to; i++) {
    const sum = (codec.decode[out[i] ?? 0] ?? 0) + (codec.decode[more[i] ?? 0] ?? 0);
    out[i] = codec.encode[saturate(sum) & 0xffff] ?? 0;
  }
}

function isSource(phrase: Source | PhraseFailure): phrase is Source {
  return 'read' in phrase;
}

function close(phrase: Source | PhraseFailure | undefined): void {
  if (phrase !== undefined && isSource(phrase)) phrase.close?.();
}
