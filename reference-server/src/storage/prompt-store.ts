/** Prompt storage as the rest of the server sees it (D-FILE, D-PROMPT). */
import type { Readable } from 'node:stream';

export interface PromptStat {
  /** Bytes. */
  readonly size: number;
  /** Changes whenever the content does; without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface StoredPrompt extends PromptStat {
  readonly bytes: Uint8Array;
}

/** A file that is read as it is sent, of any size. */
export interface PromptStream extends PromptStat {
  /** Bytes; whoever has it reads it to its end or destroys it. */
  readonly stream: Readable;
}

/** A file that grows. Nobody sees it until `commit`. After `commit` or `abort` nothing else may be called. */
export interface PromptWriter {
  /** Writes bytes at a place, which may lie before what is there already. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Puts the file in place of one of the same name. Rejects without a trace left, except what stood there before. */
  commit(): Promise<PromptStat>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/**
 * Prompts and recordings of the domains, by plain file name. A file is visible only when it is whole: whoever reads
 * while another writes sees the old content or the new one. Every failure is a {@link StorageError}.
 */
export interface PromptStore {
  stat(domain: string, name: string): Promise<PromptStat>;
  /** The whole file; PROMPT_TOO_LARGE for one that is larger than what can be put. */
  get(domain: string, name: string): Promise<StoredPrompt>;
  /** The same without a limit: recordings may be larger than what can be put. */
  read(domain: string, name: string): Promise<PromptStream>;
  /** Writes or replaces. */
  put(domain: string, name: string, bytes: Uint8Array): Promise<PromptStat>;
  /** A file that is written piece by piece, of any size. */
  create(domain: string, name: string): Promise<PromptWriter>;
  /** @throws {StorageError} PROMPT_NOT_FOUND when there is nothing to delete. */
  delete(domain: string, name: string): Promise<void>;
}

export type StorageErrorCode =
  | 'PROMPT_NOT_FOUND'
  /** Not a plain file name (D-FILE). */
  | 'PROMPT_BAD_NAME'
  | 'PROMPT_TOO_LARGE'
  /** The disk or its quota is full. */
  | 'PROMPT_STORAGE_FULL'
  | 'PROMPT_STORAGE_FAILED';

export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}

export function tooLarge(name: string, size: number, maxBytes: number): StorageError {
  return new StorageError('PROMPT_TOO_LARGE', `${name} has ${size} bytes; at most ${maxBytes} are stored`);
}
