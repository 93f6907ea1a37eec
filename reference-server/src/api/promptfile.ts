/** Prompts and recordings by name (D-PROMPT). */
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import express, { type RequestHandler } from 'express';
import { type PromptStat, StorageError, type StorageErrorCode } from '../storage/prompt-store.ts';
import { type ApiOptions, domainOf, parameter } from './context.ts';
import { type ApiError, refusals } from './errors.ts';
import { wantType } from './operation.ts';

export type PromptOperation = 'putPromptFile' | 'getPromptFile' | 'deletePromptFile';

/** D-PROMPTTYPE. */
const mediaTypes = ['audio/wav', 'audio/x-wav', 'audio/mpeg', 'application/octet-stream'];

export const isPromptOperation = (name: string): name is PromptOperation =>
  name === 'putPromptFile' || name === 'getPromptFile' || name === 'deletePromptFile';

export function promptHandlers(name: PromptOperation, options: ApiOptions): RequestHandler[] {
  const { prompts, limits, log } = options;
  switch (name) {
    case 'putPromptFile':
      return [
        wantType(mediaTypes),
        express.raw({ type: mediaTypes, limit: limits.fileBytes, inflate: false }),
        async (request, response) => {
          const file = parameter(request, 'filename');
          const bytes: unknown = request.body;
          if (!Buffer.isBuffer(bytes) || bytes.length === 0) {
            throw refusals.invalidBody([{ pointer: '', message: 'must be the bytes of an audio file' }]);
          }
          const { name: domain } = domainOf(response);
          const existed = await stored(
            prompts.stat(domain, file).then(() => true),
            limits.fileBytes,
            () => false,
          );
          const { etag } = await stored(prompts.put(domain, file, bytes), limits.fileBytes);
          response
            .status(existed ? 200 : 201)
            .set('ETag', `"${etag}"`)
            .json({ success: true });
        },
      ];
    case 'getPromptFile':
      return [
        async (request, response) => {
          const file = parameter(request, 'filename');
          const { name: domain } = domainOf(response);
          const describe = ({ etag, modified, size }: PromptStat): void => {
            response
              .status(200)
              .set({
                ETag: `"${etag}"`,
                'Last-Modified': new Date(modified).toUTCString(),
                'Content-Length': `${size}`,
              })
              .type(typeOf(file));
          };
          describe(await stored(prompts.stat(domain, file), limits.fileBytes));
          if (request.fresh) {
            response.removeHeader('Content-Length');
            response.status(304).end();
          } else if (request.method === 'HEAD') response.end();
          else {
            const { stream, ...found } = await stored(prompts.read(domain, file), limits.fileBytes);
            describe(found);
            // Whoever goes away takes the stream along; a stream that breaks breaks the connection, so that nobody takes a part for the whole.
            await pipeline(stream, response).catch((error: unknown) => {
              log.warn({ domain, file, error: String(error) }, 'a prompt was not sent to its end');
            });
          }
        },
      ];
    case 'deletePromptFile':
      return [
        async (request, response) => {
          await stored(prompts.delete(domainOf(response).name, parameter(request, 'filename')), limits.fileBytes);
          response.status(200).json({ success: true });
        },
      ];
    default:
      return name satisfies never;
  }
}

const typeOf = (file: string): string => {
  switch (extname(file).toLowerCase()) {
    case '.wav':
      return 'audio/wav';
    case '.mp3':
      return 'audio/mpeg';
    default:
      return 'application/octet-stream';
  }
};

/** Waits for the store; its failures become those of D-ERR, a missing file `absent()` where that is given. */
async function stored<T>(work: Promise<T>, limit: number, absent?: () => T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (error.code === 'PROMPT_NOT_FOUND' && absent !== undefined) return absent();
    throw refusal(error.code, error, limit);
  }
}

function refusal(code: StorageErrorCode, error: StorageError, limit: number): ApiError | StorageError {
  switch (code) {
    case 'PROMPT_NOT_FOUND':
      return refusals.unknownFile();
    case 'PROMPT_BAD_NAME':
      return refusals.invalidParameter(
        'Use a plain file name, without path separators, dot-dot or control characters.',
      );
    case 'PROMPT_TOO_LARGE':
      return refusals.bodyTooLarge(limit);
    case 'PROMPT_STORAGE_FULL':
      return refusals.storageFull();
    case 'PROMPT_STORAGE_FAILED':
      return error;
    default:
      return code satisfies never;
  }
}
