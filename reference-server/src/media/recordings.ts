/** Recordings of two parties (D-FILE): samples come from a media thread piece by piece and go to storage as they come. */
import type { RecordingId } from '../session/ids.ts';
import type { RecordingRequest } from '../session/ports/media.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { LogPort } from '../session/ports.ts';
import type { Side } from './core/conversation-recorder.ts';
import type { Leg, Tap } from './leg.ts';
import type { FromRecorder, RecordedSpan, RecorderId, ToThread } from './messages.ts';
import type { RecordingFile } from './recording-file.ts';
import type { OpenRecording } from './recording-formats.ts';
import type { Wiring } from './wiring.ts';

export interface RecordingsOptions {
  readonly file: OpenRecording;
  readonly wiring: Wiring;
  readonly send: (thread: number, message: ToThread) => void;
  /** Called back later, never within a command. */
  readonly emit: (event: MediaEvent) => void;
  readonly log: LogPort;
}

interface Recording {
  readonly request: RecordingRequest;
  readonly tap: Tap;
  readonly file: RecordingFile;
  stopping: boolean;
}

const SIDES: readonly Side[] = ['left', 'right'];

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Map<RecorderId, Recording>();
  readonly #finishing = new Set<Promise<void>>();
  /** Called when nothing runs any more. */
  #settled: (() => void) | undefined;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  start(request: RecordingRequest, recorder: RecorderId, left: Leg | undefined, right: Leg | undefined): void {
    const { wiring, send, emit } = this.#options;
    const refuse = (failure: string): void =>
      emit({ type: 'media.recorded', recording: request.id, silent: [], failure });
    if (left === undefined || right === undefined || left === right) {
      refuse('a recording needs the media of two parties');
      return;
    }
    const file = this.#options.file(request.domain, request.fileName, 2);
    if (file === undefined) {
      refuse(`the name ${request.fileName} names no format: .wav and .mp3 are available`);
    } else {
      const tap: Tap = { recorder, thread: left.thread, left, right };
      this.#running.set(recorder, { request, tap, file, stopping: false });
      send(tap.thread, { type: 'record', recorder, left: left.endpoint, right: right.endpoint });
      wiring.record(tap);
    }
  }

  stop(id: RecordingId): void {
    for (const recording of this.#running.values()) if (recording.request.id === id) this.#stop(recording);
  }

  /** The leg is closing. */
  without(leg: Leg): void {
    for (const { recorder } of [...leg.taps]) {
      const recording = this.#running.get(recorder);
      if (recording !== undefined) this.#stop(recording);
    }
  }

  heard(message: FromRecorder): void {
    const recording = this.#running.get(message.recorder);
    if (recording === undefined) return;
    switch (message.type) {
      case 'taken':
        recording.file.write(message.samples);
        // Nothing more can be stored; what becomes of it is told when the thread has stopped.
        if (recording.file.failure !== undefined) this.#stop(recording);
        break;
      case 'recordOver':
        this.#over(recording, message.silent, undefined, message.span);
        break;
      default:
        message satisfies never;
    }
  }

  /** A thread died with all that it had not handed over: what is stored until then is kept. */
  crashed(thread: number): void {
    for (const recording of [...this.#running.values()]) {
      if (recording.tap.thread === thread) this.#over(recording, [], 'the media thread died');
    }
  }

  /** Resolves when every recording is stored or given up. */
  async settled(): Promise<void> {
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    await Promise.all(this.#finishing);
  }

  #stop(recording: Recording): void {
    if (recording.stopping) return;
    recording.stopping = true;
    const { wiring, send } = this.#options;
    wiring.unrecord(recording.tap);
    send(recording.tap.thread, { type: 'stopRecord', recorder: recording.tap.recorder });
  }

  #over(recording: Recording, silent: readonly Side[], failure: string | undefined, span?: RecordedSpan): void {
    this.#options.wiring.unrecord(recording.tap);
    this.#running.delete(recording.tap.recorder);
    const finishing = this.#finish(recording, silent, failure, span).finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
    if (this.#running.size === 0) this.#settled?.();
  }

  async #finish(
    { request, file }: Recording,
    silent: readonly Side[],
    failure: string | undefined,
    span: RecordedSpan | undefined,
  ): Promise<void> {
    const { emit, log } = this.#options;
    const { id, domain, fileName } = request;
    const base = {
      type: 'media.recorded',
      recording: id,
      silent,
      ...(failure === undefined ? {} : { failure }),
      ...(span === undefined ? {} : { span }),
    } as const;
    try {
      // Nobody was heard: there is nothing to keep.
      if (silent.length === SIDES.length) {
        await file.abort();
        emit(base);
      } else {
        emit({ ...base, bytes: await file.commit() });
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      log.error({ domain, fileName, detail }, 'recording lost');
      emit({ ...base, failure: detail });
    }
  }
}
