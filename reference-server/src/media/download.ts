/** Prompts from http(s) addresses, kept in memory for the time that the phrase says (D-PHRASE, D-CACHE). */
import { ByteCache } from './byte-cache.ts';
import { type FetchLimits, fetchPrompt, type Validators } from './fetch-prompt.ts';
import { type Freshness, freshnessOf } from './freshness.ts';

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
  /** What the response said of keeping it: that is for phrases that name no time. */
  readonly fresh: Freshness;
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
   * `cacheSeconds`: how old a copy may be; undefined leaves it to the response. `refresh` fetches all of it anew. @throws {DownloadError} (rejects)
   */
  get(url: string, cacheSeconds: number | undefined, refresh: boolean): Promise<Download> {
    const kept = this.#cache.get(url);
    if (kept !== undefined && !refresh) {
      const seconds = cacheSeconds ?? this.#seconds(kept.fresh);
      if (this.#options.now() - kept.checked < seconds * 1000) return Promise.resolve(kept.download);
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
    const { now, date = Date.now } = this.#options;
    const { bytes, headers } = await fetchPrompt(url, older?.validators ?? {}, this.#options);
    const download =
      bytes === undefined && older !== undefined
        ? older.download
        : { bytes: bytes ?? new Uint8Array(0), key: `${url} ${++this.#fetched}` };
    const fresh = freshness(headers, date(), bytes === undefined ? older?.fresh : undefined);
    const validators = bytes === undefined ? { ...older?.validators, ...validatorsOf(headers) } : validatorsOf(headers);
    const known = validators.etag !== undefined || validators.modified !== undefined;
    const asked = wanted();
    const longest = Math.max(asked ?? 0, this.#seconds(fresh));
    // The phrase wins over what the response says; without a word of the phrase, no-store is obeyed.
    if ((asked === undefined && fresh.never) || (longest <= 0 && !known)) this.#cache.delete(url);
    else this.#cache.set(url, { download, validators, checked: now(), fresh }, download.bytes.length + url.length);
    return download;
  }

  /** For how long a phrase that names no time may play it. */
  #seconds({ never, seconds }: Freshness): number {
    return never ? 0 : (seconds ?? this.#options.cacheSeconds);
  }
}

/** A 304 that says nothing of it leaves what was said before (RFC 9111 section 4.3.4). */
function freshness(headers: Headers, now: number, before: Freshness | undefined): Freshness {
  const said = freshnessOf(headers, now);
  return before === undefined || said.never || said.seconds !== undefined ? said : before;
}

function validatorsOf(headers: Headers): Validators {
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  return { ...(etag === null ? {} : { etag }), ...(modified === null ? {} : { modified }) };
}
