/** Play jobs of legs on FreeSWITCH: where their phrases come from, where recordings go, and what is told of them. */
import type { PlayJobId, RecordingId } from '../../session/ids.ts';
import type { MediaEvent } from '../../session/ports/media-event.ts';
import type { Phrase, PlayJob } from '../../session/ports/phrase.ts';
import type { LogPort } from '../../session/ports.ts';
import { loadPhrase, type PhraseSources } from '../phrases.ts';
import type { OpenRecording } from '../recording-formats.ts';
import type { Leg } from './leg.ts';
import type { Places } from './places.ts';
import { type JobEnd, Player } from './player.ts';
import { take } from './taking.ts';
import { RATE, type Waves } from './waves.ts';

type RecordedEvent = Extract<MediaEvent, { type: 'media.recorded' }>;
type RecordPhrase = Extract<Phrase, { kind: 'record' }>;

export interface JobsOptions {
  readonly sources: PhraseSources;
  readonly file: OpenRecording;
  readonly waves: Waves;
  readonly places: Places;
  readonly emit: (event: MediaEvent) => void;
  readonly log: LogPort;
}

export class Jobs {
  readonly #options: JobsOptions;
  /** Record phrases of which the session wants to hear and has not heard yet. */
  readonly #untold = new Map<PlayJobId, Set<RecordingId>>();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** `leg` is asked for only when something plays. */
  player(ready: Promise<unknown>, leg: () => Leg): Player {
    const { sources, waves, places } = this.#options;
    const channel = ready.then(() => channelOf(leg()));
    // Nobody may wait for it.
    channel.catch(() => undefined);
    return new Player({
      waves,
      ready: channel,
      load: (job, phrase) => {
        const wanted = job.phrases[phrase];
        if (wanted === undefined) throw new RangeError(`the job has no phrase ${phrase}`);
        return loadPhrase(sources, job.domain, wanted, 'PCMU');
      },
      echo: (on) => {
        leg().echoes = on;
        return places.arrange(leg());
      },
      record: (job, phrase, limits, enough) => this.#record(leg(), job, phrase, limits, enough),
      over: (job, end) => this.#over(leg(), job, end),
    });
  }

  add(leg: Leg, job: PlayJob): void {
    const untold = job.phrases.flatMap((phrase) => (phrase.kind === 'record' ? (phrase.recording ?? []) : []));
    this.#untold.set(job.id, new Set(untold));
    leg.player.add(job);
  }

  #over(leg: Leg, job: PlayJob, end: JobEnd): void {
    const { emit } = this.#options;
    for (const recording of this.#untold.get(job.id) ?? []) this.#tell(job, recording, { silent: [] });
    this.#untold.delete(job.id);
    if (leg.closed) return;
    const its = { leg: leg.id, job: job.id };
    if (end.type === 'played') emit({ type: 'media.played', ...its, stopped: end.stopped });
    else emit({ type: 'media.playFailed', ...its, phrase: end.phrase, ...end.failure });
  }

  /** Also for a leg that is closed: what was said is kept. */
  async #record(
    leg: Leg,
    job: PlayJob,
    phrase: number,
    limits: { readonly maxSamples: number; readonly silenceSamples: number },
    enough: Promise<unknown>,
  ): Promise<string | undefined> {
    const { waves, log, file } = this.#options;
    const wanted = job.phrases[phrase];
    if (wanted?.kind !== 'record') return undefined;
    const taking = await take(channelOf(leg), leg.player, waves, limits.silenceSamples);
    const { promise: long, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, (limits.maxSamples * 1000) / RATE);
    await Promise.race([enough, long, taking.over]).finally(() => clearTimeout(timer));
    const { samples, heard } = await taking.stop();
    if (!heard || samples.length === 0) {
      this.#told(job, wanted, { silent: ['left', 'right'] });
      return undefined;
    }
    try {
      const into = file(job.domain, wanted.fileName, 1);
      if (into === undefined) throw new Error('the name names no format');
      into.write(samples.slice(0, limits.maxSamples));
      const bytes = await into.commit();
      this.#told(job, wanted, { bytes, silent: [] });
      return undefined;
    } catch (error) {
      const detail = `${wanted.fileName} could not be stored: ${error instanceof Error ? error.message : String(error)}`;
      log.error({ domain: job.domain, detail }, 'recording lost');
      this.#told(job, wanted, { silent: [], failure: detail });
      return detail;
    }
  }

  #told(job: PlayJob, { recording }: RecordPhrase, event: Omit<RecordedEvent, 'type' | 'recording'>): void {
    if (recording !== undefined) this.#tell(job, recording, event);
  }

  #tell(job: PlayJob, recording: RecordingId, event: Omit<RecordedEvent, 'type' | 'recording'>): void {
    if (this.#untold.get(job.id)?.delete(recording)) {
      this.#options.emit({ type: 'media.recorded', recording, ...event });
    }
  }
}

function channelOf({ channel }: Leg): NonNullable<Leg['channel']> {
  if (channel === undefined) throw new Error('FreeSWITCH has no channel for the leg');
  return channel;
}
