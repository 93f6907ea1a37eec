/** One request for a prompt at an http(s) address, conditional where an older copy is there (RFC 9110 section 13). */

export type DownloadErrorCode = 'DOWNLOAD_BAD_URL' | 'DOWNLOAD_TIMEOUT' | 'DOWNLOAD_TOO_LARGE' | 'DOWNLOAD_FAILED';

export class DownloadError extends Error {
  readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DownloadError';
    this.code = code;
  }
}

export interface FetchLimits {
  readonly fetch: typeof globalThis.fetch;
  /** For the whole of a download, redirects included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** What tells whether a copy is still the same. */
export interface Validators {
  readonly etag?: string;
  readonly modified?: string;
}

export interface Fetched {
  /** Undefined: the copy that the validators belong to is still right. */
  readonly bytes: Uint8Array | undefined;
  readonly headers: Headers;
}

/** @throws {DownloadError} (rejects) */
export async function fetchPrompt(address: string, known: Validators, limits: FetchLimits): Promise<Fetched> {
  const { url, shown, authorization } = parse(address);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const headers: Record<string, string> = { Accept: 'audio/*, application/octet-stream;q=0.9, */*;q=0.1' };
  if (authorization !== undefined) headers.Authorization = authorization;
  if (known.etag !== undefined) headers['If-None-Match'] = known.etag;
  if (known.modified !== undefined) headers['If-Modified-Since'] = known.modified;
  try {
    const response = await limits.fetch(url, { signal, headers });
    const conditional = known.etag !== undefined || known.modified !== undefined;
    if (response.status === 304 && conditional) {
      await response.body?.cancel();
      return { bytes: undefined, headers: response.headers };
    }
    // 206 is a part that nobody asked for; 204 has nothing.
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new DownloadError('DOWNLOAD_FAILED', `${shown} answered ${response.status}`);
    }
    return { bytes: await read(response, shown, limits.maxBytes), headers: response.headers };
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    if (signal.aborted) {
      const message = `${shown} was not there within ${limits.timeoutMs} ms`;
      throw new DownloadError('DOWNLOAD_TIMEOUT', message, { cause: error });
    }
    throw new DownloadError('DOWNLOAD_FAILED', `${shown} could not be fetched: ${causeOf(error)}`, { cause: error });
  }
}

/** A name and password in the address become a header, and are shown to nobody. */
function parse(address: string): { url: URL; shown: string; authorization: string | undefined } {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new DownloadError(
      'DOWNLOAD_BAD_URL',
      `not an http or https address: ${url === null ? address : url.protocol}`,
    );
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const shown = url.href;
  if (username === '') return { url, shown, authorization: undefined };
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { url, shown, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  } catch (error) {
    const message = `the name or password in the address of ${shown} is badly escaped`;
    throw new DownloadError('DOWNLOAD_BAD_URL', message, { cause: error });
  }
}

async function read(response: Response, shown: string, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): DownloadError =>
    new DownloadError('DOWNLOAD_TOO_LARGE', `${shown} has more than ${maxBytes} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The innermost reason: fetch itself says no more than "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return error.message === '' ? (code ?? error.name) : error.message;
}
