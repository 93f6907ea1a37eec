/**
 * What a leg plays: jobs one after the other. Audio phrases that stand side by side go to FreeSWITCH as one file, so
 * that there is no gap between them; it is mixed into whatever the channel hears (`uuid_displace`).
 */
import type { PlayJobId } from '../../session/ids.ts';
import type { PlayJob } from '../../session/ports/phrase.ts';
import type { PhraseFailure } from '../core/player.ts';
import type { PhraseMessage, SharedAudio } from '../messages.ts';
import type { Channel } from './channel.ts';
import { RATE, samplesOf, type Waves } from './waves.ts';

export type JobEnd =
  | { readonly type: 'played'; readonly stopped: boolean }
  | { readonly type: 'failed'; readonly phrase: number; readonly failure: PhraseFailure };

export interface PlayerHost {
  readonly waves: Waves;
  /** Resolves when the far end may be sent to. */
  readonly ready: Promise<Channel>;
  load(job: PlayJob, phrase: number): Promise<PhraseMessage>;
  echo(on: boolean): Promise<void>;
  /** Records the far end until `enough` resolves, and stores that. Gives what went wrong. */
  record(
    job: PlayJob,
    phrase: number,
    limits: { readonly maxSamples: number; readonly silenceSamples: number },
    enough: Promise<unknown>,
  ): Promise<string | undefined>;
  over(job: PlayJob, end: JobEnd): void;
}

interface Running {
  readonly job: PlayJob;
  readonly loading: readonly Promise<PhraseMessage>[];
  readonly loaded: (PhraseMessage | undefined)[];
  stopped: boolean;
  /** Ends the phrase that plays. */
  skip: () => void;
}

/** How long phrases that are being loaded may hold up those before them, to be one file with them. */
const GATHER_MS = 50;
/** A job that repeats is written down for so long. */
const REPEATED_SECONDS = 60;

export class Player {
  readonly #host: PlayerHost;
  readonly #jobs: Running[] = [];
  readonly #files = new Map<string, () => void>();
  #work: Promise<void> | undefined;
  #closed = false;
  #records = false;

  constructor(host: PlayerHost) {
    this.#host = host;
  }

  /** Jobs that play or wait to. */
  get jobs(): readonly PlayJob[] {
    return this.#jobs.map(({ job }) => job);
  }

  /** Whether what plays is a phrase that records the far end. */
  get records(): boolean {
    return this.#records;
  }

  add(job: PlayJob): void {
    const loaded: (PhraseMessage | undefined)[] = job.phrases.map(() => undefined);
    const loading = job.phrases.map((_, phrase) =>
      this.#host.load(job, phrase).then((message) => {
        loaded[phrase] = message;
        return message;
      }),
    );
    this.#jobs.push({ job, loading, loaded, stopped: false, skip: () => undefined });
    this.#work ??= this.#play();
  }

  stop(id: PlayJobId, what: 'current' | 'all'): void {
    const running = this.#jobs.find(({ job }) => job.id === id);
    if (running === undefined) return;
    if (what === 'all') running.stopped = true;
    running.skip();
    // One that waits for its turn is over at once.
    if (what === 'all' && running !== this.#jobs[0]) {
      this.#jobs.splice(this.#jobs.indexOf(running), 1);
      this.#host.over(running.job, { type: 'played', stopped: true });
    }
  }

  fileOver(path: string): void {
    this.#files.get(path)?.();
  }

  /** Resolves when this file is at its end. */
  untilOver(path: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#files.set(path, resolve);
    return promise.finally(() => this.#files.delete(path));
  }

  /** Ends everything without a word, but stores what is being recorded. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const running of this.#jobs) {
      running.stopped = true;
      running.skip();
    }
    await this.#work;
  }

  async #play(): Promise<void> {
    for (let running = this.#jobs[0]; running !== undefined; running = this.#jobs[0]) {
      const end = await this.#run(running).catch(
        (error: unknown): JobEnd => ({
          type: 'failed',
          phrase: 0,
          failure: { reason: 'mediaServerError', detail: error instanceof Error ? error.message : String(error) },
        }),
      );
      this.#jobs.shift();
      this.#host.over(running.job, end);
    }
    // Not a turn later: whoever hears that the last job is over may add the next in between.
    this.#work = undefined;
  }

  async #run(running: Running): Promise<JobEnd> {
    const { job, loading } = running;
    const count = job.phrases.length;
    let skipped = false;
    let at = 0;
    while (!running.stopped) {
      // A skip of the last phrase is the end of the job (as `stop` of all of it).
      if (at >= count && (skipped || job.repeat !== true || count === 0)) return { type: 'played', stopped: skipped };
      if (at >= count) at = 0;
      const { promise: skip, resolve } = Promise.withResolvers<'skip'>();
      running.skip = () => resolve('skip');
      if (this.#closed) break;
      const step = await this.#phrase(running, at, skip, loading);
      if ('failure' in step) return { type: 'failed', phrase: step.phrase, failure: step.failure };
      skipped = step.skipped;
      at = step.next;
    }
    return { type: 'played', stopped: true };
  }

  async #phrase(running: Running, at: number, skip: Promise<'skip'>, loading: Running['loading']): Promise<Step> {
    const { job } = running;
    const channel = await Promise.race([this.#host.ready, skip]);
    const message = channel === 'skip' ? channel : await Promise.race([loading[at], skip]);
    if (channel === 'skip' || message === 'skip' || message === undefined) return { next: at + 1, skipped: true };
    switch (message.kind) {
      case 'failed':
        return { phrase: at, failure: message.failure };
      case 'audio':
        return this.#audio(running, at, channel, skip);
      case 'echo': {
        await this.#host.echo(true);
        const enough = await Promise.race([elapsed((message.samples * 1000) / RATE), skip]);
        await this.#host.echo(false);
        return { next: at + 1, skipped: enough === 'skip' };
      }
      case 'record': {
        const stopped = skip.then(() => true);
        this.#records = true;
        const failure = await this.#host.record(job, at, message, stopped).finally(() => {
          this.#records = false;
        });
        if (failure !== undefined) return { phrase: at, failure: { reason: 'mediaServerError', detail: failure } };
        return { next: at + 1, skipped: await Promise.race([stopped, Promise.resolve(false)]) };
      }
      default:
        return message satisfies never;
    }
  }

  async #audio(running: Running, from: number, channel: Channel, skip: Promise<'skip'>): Promise<Step> {
    const parts = await gather(running, from);
    const samples = samplesOf(parts);
    const next = from + parts.length;
    if (samples === 0) return { next, skipped: false };
    const round = running.job.repeat === true && parts.length === running.job.phrases.length;
    const rounds = round ? Math.ceil((REPEATED_SECONDS * RATE) / samples) : 1;
    const path = await this.#host.waves.write(parts, 0, rounds);
    const over = this.untilOver(path);
    try {
      await channel.command(`uuid_displace ${channel.uuid} start ${path} 0 ${round ? 'ml' : 'm'}`);
      const began = performance.now();
      if ((await Promise.race([over, skip])) !== 'skip') return { next, skipped: false };
      await channel.command(`uuid_displace ${channel.uuid} stop ${path}`).catch(() => undefined);
      const heard = ((performance.now() - began) * RATE) / 1000;
      return { next: from + phraseAt(parts, heard) + 1, skipped: true };
    } finally {
      this.fileOver(path);
      void this.#host.waves.remove(path);
    }
  }
}

type Step =
  | { readonly next: number; readonly skipped: boolean }
  | { readonly phrase: number; readonly failure: PhraseFailure };

/** The audio from this phrase on that is there, or will be in a moment. */
async function gather({ loading, loaded }: Running, from: number): Promise<SharedAudio[]> {
  const parts: SharedAudio[] = [];
  const late = elapsed(GATHER_MS);
  for (let at = from; at < loading.length; at++) {
    if (loaded[at] === undefined) await Promise.race([loading[at], late]);
    const message = loaded[at];
    if (message?.kind !== 'audio') break;
    parts.push(message.audio);
  }
  return parts;
}

/** Which of them is heard after so many samples. */
function phraseAt(parts: readonly SharedAudio[], heard: number): number {
  let end = 0;
  const at = parts.findIndex(({ octets }) => {
    end += octets.length;
    return heard < end;
  });
  return at < 0 ? parts.length - 1 : at;
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
