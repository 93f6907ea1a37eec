/** Recordings of two parties: each is recorded by itself, and both are laid on one time line here (D-FILE). */
import type { RecordingId } from '../../session/ids.ts';
import type { RecordingRequest } from '../../session/ports/media.ts';
import type { MediaEvent } from '../../session/ports/media-event.ts';
import type { LogPort } from '../../session/ports.ts';
import type { RecordedSpan } from '../messages.ts';
import type { RecordingFile } from '../recording-file.ts';
import type { OpenRecording } from '../recording-formats.ts';
import type { Leg } from './leg.ts';
import { type Taking, take } from './taking.ts';
import { RATE, type Waves } from './waves.ts';

export interface RecordingsOptions {
  readonly file: OpenRecording;
  readonly waves: Waves;
  /** Called back later, never within a command. */
  readonly emit: (event: MediaEvent) => void;
  readonly log: LogPort;
}

interface Recording {
  readonly request: RecordingRequest;
  readonly file: RecordingFile;
  readonly legs: readonly [Leg, Leg];
  readonly from: number;
  readonly takings: Promise<readonly [Taking, Taking]>;
  /** Its end, once it was asked for. */
  ending: Promise<void> | undefined;
}

const SIDES = ['left', 'right'] as const;
const now = (): number => performance.timeOrigin + performance.now();

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Set<Recording>();

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  start(request: RecordingRequest, left: Leg | undefined, right: Leg | undefined): void {
    const refuse = (failure: string): void =>
      this.#options.emit({ type: 'media.recorded', recording: request.id, silent: [], failure });
    if (left?.channel === undefined || right?.channel === undefined || left === right) {
      refuse('a recording needs the media of two parties');
      return;
    }
    const file = this.#options.file(request.domain, request.fileName, 2);
    if (file === undefined) {
      refuse(`the name ${request.fileName} names no format: .wav and .mp3 are available`);
      return;
    }
    const { waves } = this.#options;
    const takings = Promise.all([take(left.channel, left.player, waves), take(right.channel, right.player, waves)]);
    const recording: Recording = { request, file, legs: [left, right], from: now(), takings, ending: undefined };
    this.#running.add(recording);
    takings.catch((error: unknown) => {
      recording.ending ??= this.#give(recording, String(error));
    });
  }

  stop(id: RecordingId): void {
    for (const recording of this.#running) if (recording.request.id === id) void this.#end(recording);
  }

  /** Whether anything is being recorded of this leg. */
  of(leg: Leg): boolean {
    return [...this.#running].some(({ legs }) => legs.includes(leg));
  }

  /** The leg is closing, or gone. Resolves when FreeSWITCH is no longer needed for its recordings. */
  async without(leg: Leg, failure?: string): Promise<void> {
    const its = [...this.#running].filter(({ legs }) => legs.includes(leg));
    await Promise.all(its.map((recording) => this.#end(recording, failure)));
  }

  /** Resolves when every recording is stored or given up. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running].map((recording) => this.#end(recording)));
  }

  #end(recording: Recording, failure?: string): Promise<void> {
    recording.ending ??= this.#finish(recording, now(), failure).catch((error: unknown) =>
      this.#give(recording, error instanceof Error ? error.message : String(error)),
    );
    return recording.ending;
  }

  async #finish(recording: Recording, to: number, failure: string | undefined): Promise<void> {
    const { file, from, request, takings } = recording;
    const taken = await Promise.all((await takings).map((taking) => taking.stop()));
    const silent = SIDES.filter((_, side) => taken[side]?.heard !== true);
    const span: RecordedSpan = { from, to };
    const base = { type: 'media.recorded', recording: request.id, silent, span } as const;
    const told = failure === undefined ? base : { ...base, failure };
    if (silent.length === SIDES.length) {
      await file.abort();
      this.#running.delete(recording);
      this.#options.emit(told);
      return;
    }
    const samples = new Int16Array(Math.round(((to - from) * RATE) / 1000) * 2);
    for (const [side, { samples: its, began, heard }] of taken.entries()) {
      // What FreeSWITCH writes down of a far end that sends nothing is not quite silent.
      if (!heard) continue;
      const offset = Math.round(((began - from) * RATE) / 1000);
      const length = Math.min(its.length, samples.length / 2 - offset);
      for (let at = 0; at < length; at++) samples[(offset + at) * 2 + side] = its[at] ?? 0;
    }
    file.write(samples);
    const bytes = await file.commit();
    this.#running.delete(recording);
    this.#options.emit({ ...told, bytes });
  }

  /** Nothing can be had. */
  async #give(recording: Recording, failure: string): Promise<void> {
    const { domain, fileName, id } = recording.request;
    this.#running.delete(recording);
    await recording.file.abort().catch(() => undefined);
    this.#options.log.error({ domain, fileName, detail: failure }, 'recording lost');
    this.#options.emit({ type: 'media.recorded', recording: id, silent: [], failure });
  }
}
