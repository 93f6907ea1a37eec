/** Play jobs: their phrases are loaded side by side and handed to the thread as they come; recordings are stored. */
import type { PlayJobId } from '../session/ids.ts';
import type { BackgroundPrompt, LogPort, MediaEvent, PlayJob } from '../session/ports.ts';
import type { G711Name } from './core/g711.ts';
import type { PhraseFailure } from './core/player.ts';
import { lawOf } from './core/voice.ts';
import type { Job, Leg, StoreFailure } from './leg.ts';
import type { FromThread, ToThread } from './messages.ts';
import { failureOf, loadBackground, loadPhrase, type PhraseSources } from './phrases.ts';
import type { OpenRecording } from './recording-formats.ts';

export interface JobsOptions {
  readonly sources: PhraseSources;
  readonly file: OpenRecording;
  readonly send: (leg: Leg, message: ToThread) => void;
  readonly emit: (event: MediaEvent) => void;
  readonly log: LogPort;
}

export class Jobs {
  readonly #options: JobsOptions;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  start(leg: Leg, job: PlayJob): void {
    const { send, sources } = this.#options;
    const { endpoint } = leg;
    leg.jobs.set(job.id, { job, storing: [] });
    send(leg, { type: 'play', endpoint, job: job.id, count: job.phrases.length, repeat: job.repeat ?? false });
    for (const [index, phrase] of job.phrases.entries()) {
      void loadPhrase(sources, job.domain, phrase, codecOf(leg)).then((message) => {
        if (leg.jobs.has(job.id)) send(leg, { type: 'phrase', endpoint, job: job.id, index, phrase: message });
      });
    }
  }

  background(leg: Leg, prompt: BackgroundPrompt | undefined): void {
    const { send, sources, log } = this.#options;
    const { endpoint } = leg;
    const turn = ++leg.backgrounds;
    if (prompt === undefined) {
      send(leg, { type: 'background', endpoint });
      return;
    }
    loadBackground(sources, prompt, codecOf(leg)).then(
      (audio) => {
        if (turn !== leg.backgrounds || leg.closed) return;
        const pause = Math.max(0, Math.round(prompt.repeatPause * 8000));
        send(leg, { type: 'background', endpoint, background: { audio, pause } });
      },
      (error: unknown) => {
        log.warn({ leg: leg.id, source: prompt.source, error: String(error) }, 'background prompt cannot be played');
        if (turn === leg.backgrounds && !leg.closed) {
          this.#options.emit({ type: 'media.backgroundFailed', leg: leg.id, ...failureOf(error) });
        }
      },
    );
  }

  played(leg: Leg, message: FromThread & { type: 'played' }): void {
    const { stopped } = message;
    void this.#over(leg, message.job, { type: 'media.played', leg: leg.id, job: message.job, stopped });
  }

  failed(leg: Leg, job: PlayJobId, phrase: number, failure: PhraseFailure): void {
    void this.#over(leg, job, { type: 'media.playFailed', leg: leg.id, job, phrase, ...failure });
  }

  async #over(leg: Leg, id: PlayJobId, event: MediaEvent): Promise<void> {
    const job = leg.jobs.get(id);
    if (job === undefined) return;
    let result = event;
    if (job.storing.length > 0) {
      const failure = (await Promise.all(job.storing)).find((each) => each !== undefined);
      if (failure !== undefined) {
        result = { type: 'media.playFailed', leg: leg.id, job: id, reason: 'mediaServerError', ...failure };
      }
    }
    leg.jobs.delete(id);
    if (!leg.closed) this.#options.emit(result);
  }

  /** Also for a leg that is closed: what was said is kept. */
  recorded(leg: Leg, { job, phrase, samples }: FromThread & { type: 'recorded' }): void {
    const found = leg.jobs.get(job);
    const wanted = found?.job.phrases[phrase];
    if (found === undefined || wanted?.kind !== 'record' || samples.length === 0) return;
    found.storing.push(this.#store(found, phrase, wanted.fileName, samples));
  }

  async #store(
    { job }: Job,
    phrase: number,
    name: string,
    samples: Int16Array<ArrayBuffer>,
  ): Promise<StoreFailure | undefined> {
    try {
      const file = this.#options.file(job.domain, name, 1);
      if (file === undefined) throw new Error('the name names no format');
      file.write(samples);
      await file.commit();
      return undefined;
    } catch (error) {
      const detail = `${name} could not be stored: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.log.error({ domain: job.domain, detail }, 'recording lost');
      return { phrase, detail };
    }
  }
}

/** Prompts are encoded for what was agreed; before that for what is likely, and translated when it comes otherwise. */
function codecOf(leg: Leg): G711Name {
  return lawOf(leg.remote?.codec ?? leg.codecs[0] ?? 'PCMU');
}
