/** Recordings as files: the extension of the name chooses the format (D-FILE, D-RECNAME). */
export interface RecordingFile {
  /** The first thing that went wrong; nothing more is stored then. */
  readonly failure: Error | undefined;
  /** Samples of 8 kHz, all channels in turn. Their memory is the file's from now on. */
  write(samples: Int16Array<ArrayBuffer>): void;
  /** Completes the file and makes it visible; gives its bytes. Rejects with the first failure and leaves nothing then. */
  commit(): Promise<number>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}
