/** Prompts from http(s) addresses, kept in memory for the time that the phrase says (D-PHRASE, D-CACHE). */
import { ByteCache } from './byte-cache.ts';
import { type FetchLimits, fetchPrompt, type Validators } from './fetch-prompt.ts';
import { freshnessOf } from './freshness.ts';

export interface Download {
  readonly bytes: Uint8Array;
  /** Another one for each content: what is derived from it is good as long as the key is the same. */
  readonly key: string;
}

interface Kept {
  readonly download: Download;
  readonly validators: Validators;
  /** When it was last known to be right, ms. */
  readonly checked: number;
  /** Until when it may be used without asking, ms; past: only together with its validators. */
  readonly until: number;
}

/** A download under way. */
interface Work {
  readonly result: Promise<Download>;
  /** The longest time that anybody who waits for it wants it to be kept. */
  seconds: number | undefined;
}

export interface DownloaderOptions extends FetchLimits {
  readonly cacheBytes: number;
  /** Where neither the phrase nor the response names a time. */
  readonly cacheSeconds: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly date?: () => number;
}

export class Downloader {
  readonly #options: DownloaderOptions;
  readonly #cache: ByteCache<Kept>;
  readonly #underWay = new Map<string, Work>();
  #fetched = 0;

  constructor(options: DownloaderOptions) {
    this.#options = options;
    this.#cache = new ByteCache(options.cacheBytes);
  }

  /** Bytes of downloads held. */
  get cacheBytes(): number {
    return this.#cache.bytes;
  }

  /**
   * `cacheSeconds`: how old a copy may be, and how long this one is kept; undefined leaves it to the response. `refresh`
   * fetches all of it anew. @throws {DownloadError} (rejects)
   */
  get(url: string, cacheSeconds: number | undefined, refresh: boolean): Promise<Download> {
    const kept = this.#cache.get(url);
    const now = this.#options.now();
    if (kept !== undefined && !refresh && now < kept.until) {
      if (cacheSeconds === undefined || now - kept.checked < cacheSeconds * 1000) return Promise.resolve(kept.download);
    }
    const underWay = this.#underWay.get(url);
    if (underWay !== undefined) {
      if (cacheSeconds !== undefined) underWay.seconds = Math.max(cacheSeconds, underWay.seconds ?? 0);
      return underWay.result;
    }
    const work: Work = {
      seconds: cacheSeconds,
      result: this.#fetch(url, refresh ? undefined : kept, () => work.seconds).finally(() =>
        this.#underWay.delete(url),
      ),
    };
    this.#underWay.set(url, work);
    return work.result;
  }

  async #fetch(url: string, older: Kept | undefined, wanted: () => number | undefined): Promise<Download> {
    const { now, date = Date.now, cacheSeconds } = this.#options;
    const { bytes, headers } = await fetchPrompt(url, older?.validators ?? {}, this.#options);
    const download =
      bytes === undefined && older !== undefined
        ? older.download
        : { bytes: bytes ?? new Uint8Array(0), key: `${url} ${++this.#fetched}` };
    const fresh = freshnessOf(headers, date());
    const seconds = wanted() ?? fresh.seconds ?? cacheSeconds;
    const validators = bytes === undefined ? { ...older?.validators, ...validatorsOf(headers) } : validatorsOf(headers);
    const known = validators.etag !== undefined || validators.modified !== undefined;
    // The phrase wins over what the response says; without a word of the phrase, no-store is obeyed.
    if ((wanted() === undefined && fresh.never) || (seconds <= 0 && !known)) this.#cache.delete(url);
    else {
      const checked = now();
      this.#cache.set(
        url,
        { download, validators, checked, until: checked + seconds * 1000 },
        download.bytes.length + url.length,
      );
    }
    return download;
  }
}

function validatorsOf(headers: Headers): Validators {
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  return { ...(etag === null ? {} : { etag }), ...(modified === null ? {} : { modified }) };
}
