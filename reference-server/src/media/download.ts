/** Prompts from http(s) addresses, kept in memory for the time that the phrase says (D-PHRASE). */
import { ByteCache } from './byte-cache.ts';

export type DownloadErrorCode = 'DOWNLOAD_BAD_URL' | 'DOWNLOAD_TIMEOUT' | 'DOWNLOAD_TOO_LARGE' | 'DOWNLOAD_FAILED';

export class DownloadError extends Error {
  readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DownloadError';
    this.code = code;
  }
}

export interface Download {
  readonly bytes: Uint8Array;
  /** Another one for each time it was fetched. */
  readonly key: string;
}

interface Kept {
  readonly download: Download;
  readonly until: number;
}

export interface DownloaderOptions {
  readonly fetch: typeof globalThis.fetch;
  /** For the whole of a download. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly cacheBytes: number;
  /** Where the phrase names no time. */
  readonly cacheSeconds: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export class Downloader {
  readonly #options: DownloaderOptions;
  readonly #cache: ByteCache<Kept>;
  readonly #underWay = new Map<string, Promise<Download>>();
  #fetched = 0;

  constructor(options: DownloaderOptions) {
    this.#options = options;
    this.#cache = new ByteCache(options.cacheBytes);
  }

  /** @throws {DownloadError} (rejects) */
  async get(url: string, cacheSeconds: number | undefined, refresh: boolean): Promise<Download> {
    const kept = this.#cache.get(url);
    if (kept !== undefined && !refresh && this.#options.now() < kept.until) return kept.download;
    const underWay = this.#underWay.get(url);
    if (underWay !== undefined) return underWay;
    const work = this.#fetch(url);
    this.#underWay.set(url, work);
    try {
      const download = await work;
      const seconds = cacheSeconds ?? this.#options.cacheSeconds;
      const until = this.#options.now() + seconds * 1000;
      this.#cache.set(url, { download, until }, download.bytes.length);
      return download;
    } finally {
      this.#underWay.delete(url);
    }
  }

  async #fetch(url: string): Promise<Download> {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw new DownloadError('DOWNLOAD_BAD_URL', `not an http or https address: ${url}`);
    }
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    try {
      const response = await this.#options.fetch(parsed, { signal });
      if (!response.ok) {
        await response.body?.cancel();
        throw new DownloadError('DOWNLOAD_FAILED', `${url} answered ${response.status}`);
      }
      return { bytes: await this.#read(response, url), key: `${url} ${++this.#fetched}` };
    } catch (error) {
      if (error instanceof DownloadError) throw error;
      if (signal.aborted) {
        const message = `${url} was not there within ${this.#options.timeoutMs} ms`;
        throw new DownloadError('DOWNLOAD_TIMEOUT', message, { cause: error });
      }
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new DownloadError('DOWNLOAD_FAILED', `${url} could not be fetched: ${cause}`, { cause: error });
    }
  }

  async #read(response: Response, url: string): Promise<Uint8Array> {
    const { maxBytes } = this.#options;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw new DownloadError('DOWNLOAD_TOO_LARGE', `${url} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
