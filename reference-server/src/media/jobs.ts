/** Play jobs: their phrases are loaded side by side and handed to the thread as they come; recordings are stored. */
import type { PlayJobId, RecordingId } from '../session/ids.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { BackgroundPrompt, Phrase, PlayJob } from '../session/ports/phrase.ts';
import type { LogPort } from '../session/ports.ts';
import type { G711Name } from './core/g711.ts';
import type { PhraseFailure } from './core/player.ts';
import { lawOf } from './core/voice.ts';
import type { Job, Leg, StoreFailure } from './leg.ts';
import type { FromThread, ToThread } from './messages.ts';
import { failureOf, loadBackground, loadPhrase, type PhraseSources } from './phrases.ts';
import type { OpenRecording } from './recording-formats.ts';

type RecordedEvent = Extract<MediaEvent, { type: 'media.recorded' }>;
type RecordPhrase = Extract<Phrase, { kind: 'record' }>;

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
    const untold = job.phrases.flatMap((phrase) => (phrase.kind === 'record' ? (phrase.recording ?? []) : []));
    leg.jobs.set(job.id, { job, storing: [], untold: new Set(untold) });
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
    this.#tellRest(job);
    if (!leg.closed) this.#options.emit(result);
  }

  /** The endpoint has given everything back: no word of its jobs comes any more. */
  async released(leg: Leg): Promise<void> {
    for (const job of [...leg.jobs.values()]) {
      await Promise.all(job.storing);
      this.#tellRest(job);
    }
  }

  #tellRest(job: Job): void {
    for (const recording of [...job.untold]) this.#tell(job, recording, { silent: [] });
  }

  #tell(job: Job, recording: RecordingId, event: Omit<RecordedEvent, 'type' | 'recording'>): void {
    if (job.untold.delete(recording)) this.#options.emit({ type: 'media.recorded', recording, ...event });
  }

  /** Also for a leg that is closed: what was said is kept. */
  recorded(leg: Leg, { job, phrase, samples, begun }: FromThread & { type: 'recorded' }): void {
    const found = leg.jobs.get(job);
    const wanted = found?.job.phrases[phrase];
    if (found === undefined || wanted?.kind !== 'record' || !begun) return;
    if (samples.length > 0) found.storing.push(this.#store(found, phrase, wanted, samples));
    else if (wanted.recording !== undefined) this.#tell(found, wanted.recording, { silent: ['left', 'right'] });
  }

  async #store(
    found: Job,
    phrase: number,
    { fileName, recording }: RecordPhrase,
    samples: Int16Array<ArrayBuffer>,
  ): Promise<StoreFailure | undefined> {
    const { domain } = found.job;
    try {
      const file = this.#options.file(domain, fileName, 1);
      if (file === undefined) throw new Error('the name names no format');
      file.write(samples);
      const bytes = await file.commit();
      if (recording !== undefined) this.#tell(found, recording, { bytes, silent: [] });
      return undefined;
    } catch (error) {
      const detail = `${fileName} could not be stored: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.log.error({ domain, detail }, 'recording lost');
      if (recording !== undefined) this.#tell(found, recording, { silent: [], failure: detail });
      return { phrase, detail };
    }
  }
}

/** Prompts are encoded for what was agreed; before that for what is likely, and translated when it comes otherwise. */
function codecOf(leg: Leg): G711Name {
  return lawOf(leg.remote?.codec ?? leg.codecs[0] ?? 'PCMU');
}
