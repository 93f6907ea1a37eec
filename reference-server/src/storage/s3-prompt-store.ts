/**
 * Prompt storage in a bucket of Amazon S3, or of what speaks like it: the key is prefix, domain and name. An object is
 * visible only when all of it was sent, as S3 has it anyway; a recording grows on the local disk and is sent when it is whole.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { LogPort } from '../session/ports.ts';
import { type AsideFile, createAside, diskError, removeStale } from './local-files.ts';
import { checkDomain, checkName } from './names.ts';
import {
  type PromptStat,
  type PromptStore,
  type PromptWriter,
  StorageError,
  type StoredPrompt,
  tooLarge,
} from './prompt-store.ts';

export interface S3PromptStoreOptions {
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly endpoint?: string;
  readonly pathStyle: boolean;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  /** Where recordings grow. */
  readonly asideDirectory: string;
  /** Where those stay that cannot be sent, in a folder for each domain (D-RECEND). On the disk of `asideDirectory`. */
  readonly unsentDirectory: string;
  readonly log: LogPort;
  /** Largest file that is put or got whole, bytes. */
  readonly maxBytes: number;
  /** Until a connection is there, and until the first byte of an answer where nothing is sent up. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long an upload may stand still, be it that nothing more is taken or that no answer comes; it may last as long as
   * it goes on. Default 30,000: what the buffers of the system hold has still to go over the line then.
   */
  readonly stallMs?: number;
}

/** Rejects with a sentence when the SDK is not installed. */
export async function createS3PromptStore(options: S3PromptStoreOptions): Promise<PromptStore> {
  const sdk = await import('@aws-sdk/client-s3').catch((error: unknown) => {
    throw new Error('storage.s3 needs a package that is not installed: npm install @aws-sdk/client-s3', {
      cause: error,
    });
  });
  const {
    bucket: Bucket,
    prefix,
    maxBytes,
    asideDirectory,
    unsentDirectory,
    log,
    timeoutMs = 10_000,
    stallMs = 30_000,
  } = options;
  const { accessKeyId, accessKeySecret: secretAccessKey } = options;
  const settings: S3ClientConfig = {
    region: options.region,
    forcePathStyle: options.pathStyle,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    // Checksums in a trailer are Amazon's own: others refuse them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  const client: S3Client = new sdk.S3Client({
    ...settings,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  // The handler counts requestTimeout from the start of the request, the whole upload with it. And socketTimeout is not
  // for what is got: whoever reads a stream may pause.
  const uploads: S3Client = new sdk.S3Client({
    ...settings,
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: stallMs },
  });

  await removeStale(asideDirectory);

  /** Names are checked before anything is asked. */
  function place(domain: string, name: string): { readonly Bucket: string; readonly Key: string } {
    checkDomain(domain);
    checkName(name);
    return { Bucket, Key: `${prefix}${domain}/${name}` };
  }

  async function asked<Result>(domain: string, name: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StorageError ? error : s3Error(domain, name, error);
    }
  }

  const stat = (domain: string, name: string): Promise<PromptStat> =>
    asked(domain, name, async () => statOf(await client.send(new sdk.HeadObjectCommand(place(domain, name)))));
  const open = async (domain: string, name: string): Promise<{ found: PromptStat; body: Readable }> => {
    const output: GetObjectCommandOutput = await client.send(new sdk.GetObjectCommand(place(domain, name)));
    // In Node the SDK gives a stream of Node.
    return { found: statOf(output), body: output.Body as Readable };
  };
  const send = async (
    domain: string,
    name: string,
    body: Uint8Array | Readable,
    length: number,
  ): Promise<PromptStat> => {
    await uploads.send(
      new sdk.PutObjectCommand({
        ...place(domain, name),
        Body: body,
        ContentLength: length,
        ContentType: /\.mp3$/i.test(name) ? 'audio/mpeg' : 'audio/wav',
      }),
    );
    return stat(domain, name);
  };

  /** Nothing is lost: whoever runs the server finds the file and sends it. It takes the place of no other. */
  async function keep(file: AsideFile, domain: string, name: string, error: unknown): Promise<void> {
    const directory = join(unsentDirectory, domain);
    const why = error instanceof Error ? error.message : String(error);
    try {
      await mkdir(directory, { recursive: true });
      const path = join(directory, await freeName(directory, name));
      await rename(file.path, path);
      log.error({ domain, fileName: name, path, detail: why }, 'recording not sent to prompt storage, kept here');
    } catch (fault) {
      const detail = fault instanceof Error ? fault.message : String(fault);
      log.error({ domain, fileName: name, detail }, 'recording that was not sent cannot be kept');
    }
  }

  return {
    stat,

    get: (domain, name) =>
      asked(domain, name, async (): Promise<StoredPrompt> => {
        const { found, body } = await open(domain, name);
        if (found.size > maxBytes) {
          body.destroy();
          throw tooLarge(name, found.size, maxBytes);
        }
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return { ...found, bytes: Buffer.concat(chunks) };
      }),

    read: (domain, name) =>
      asked(domain, name, async () => {
        const { found, body } = await open(domain, name);
        return { ...found, stream: body };
      }),

    put: (domain, name, bytes) =>
      asked(domain, name, async () => {
        if (bytes.length > maxBytes) throw tooLarge(name, bytes.length, maxBytes);
        return send(domain, name, bytes, bytes.length);
      }),

    async create(domain, name): Promise<PromptWriter> {
      place(domain, name);
      const local = async <Result>(work: () => Promise<Result>): Promise<Result> => {
        try {
          return await work();
        } catch (error) {
          throw diskError(domain, name, error, false);
        }
      };
      const file = await local(() => createAside(asideDirectory));
      let size = 0;
      return {
        async write(bytes, position) {
          size = Math.max(size, position + bytes.length);
          await local(() => file.write(bytes, position));
        },
        async commit() {
          try {
            await local(() => file.finish());
            const content = createReadStream(file.path);
            try {
              return await asked(domain, name, () => send(domain, name, content, size));
            } catch (error) {
              await keep(file, domain, name, error);
              throw error;
            } finally {
              // The SDK leaves it open when the connection ends first.
              content.destroy();
            }
          } finally {
            await file.remove();
          }
        },
        abort: () => file.remove(),
      };
    },

    delete: (domain, name) =>
      asked(domain, name, async () => {
        // S3 removes what is not there without a word.
        await stat(domain, name);
        await client.send(new sdk.DeleteObjectCommand(place(domain, name)));
      }),
  };
}

/** The name itself, or with a number before the extension where a file of that name waits already. */
async function freeName(directory: string, name: string): Promise<string> {
  const taken = new Set(await readdir(directory));
  const { name: stem, ext } = parse(name);
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${stem}-${count}${ext}`;
  return free;
}

interface Described {
  readonly ContentLength?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}

function statOf({ ContentLength = 0, ETag = '', LastModified }: Described): PromptStat {
  return {
    size: ContentLength,
    etag: ETag.replace(/^(W\/)?"(.*)"$/, '$2'),
    modified: LastModified?.getTime() ?? 0,
  };
}

function s3Error(domain: string, name: string, error: unknown): StorageError {
  const cause = { cause: error };
  const { name: kind = '', message = String(error), $metadata: metadata } = error as S3Fault;
  const status = metadata?.httpStatusCode;
  if (kind === 'NoSuchBucket') return new StorageError('PROMPT_STORAGE_FAILED', 'the bucket is not there', cause);
  if (status === 404) return new StorageError('PROMPT_NOT_FOUND', `${domain} has no prompt ${name}`, cause);
  if (status === 403) {
    return new StorageError('PROMPT_STORAGE_FAILED', `prompt storage refuses the credentials (${kind})`, cause);
  }
  if (status === 507 || kind === 'QuotaExceeded') {
    return new StorageError('PROMPT_STORAGE_FULL', 'prompt storage is full', cause);
  }
  const told = status === undefined ? `${kind}: ${message}` : `${status} ${kind}`;
  return new StorageError('PROMPT_STORAGE_FAILED', `prompt storage does not answer as it should (${told})`, cause);
}

/** As far as the SDK's errors are read. */
interface S3Fault {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}
