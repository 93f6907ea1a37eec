/** The HTTP interface of S3 as far as prompt storage uses it, in memory: objects of one bucket, the bucket in the path. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modified: Date;
  readonly type: string;
}

export interface FakeS3 {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** `METHOD key` of each request. */
  readonly asked: readonly string[];
  /** What the next requests get instead of an answer; undefined: as it should be. */
  fault: ((response: ServerResponse) => void) | undefined;
  /** Bytes of content that are taken in a millisecond; 0: the first ones and no more. Undefined: as they come. */
  pace: number | undefined;
  close(): Promise<void>;
}

/** `accessKeyId` is the only one that is let in. Signatures are not computed; hashes of content are. */
export async function startFakeS3(bucket: string, accessKeyId: string): Promise<FakeS3> {
  const objects = new Map<string, StoredObject>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request, fake.pace).then((body) => {
      const key = keyOf(request, bucket);
      asked.push(`${request.method} ${key ?? request.url}`);
      if (fake.fault !== undefined) fake.fault(response);
      else if (key === undefined) refuse(request, response, 404, 'NoSuchBucket');
      else if (!(request.headers.authorization ?? '').includes(`Credential=${accessKeyId}/`)) {
        refuse(request, response, 403, 'InvalidAccessKeyId');
      } else if (!isSigned(request, body)) refuse(request, response, 400, 'XAmzContentSHA256Mismatch');
      else answer(request, response, objects, key, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const fake: FakeS3 = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    asked,
    fault: undefined,
    pace: undefined,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return fake;
}

async function bodyOf(request: IncomingMessage, pace: number | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const start = performance.now();
  let taken = 0;
  try {
    for await (const chunk of request) {
      chunks.push(chunk);
      taken += chunk.length;
      if (pace === 0) await new Promise((gone) => request.once('close', gone));
      else if (pace !== undefined) await setTimeout(Math.max(0, start + taken / pace - performance.now()));
    }
  } catch {
    // Whoever sent it broke it off: there is nobody to answer.
    return new Promise<never>(() => undefined);
  }
  return Buffer.concat(chunks);
}

function keyOf(request: IncomingMessage, bucket: string): string | undefined {
  const { pathname } = new URL(request.url ?? '/', 'http://s3');
  const start = `/${bucket}/`;
  return pathname.startsWith(start) ? decodeURIComponent(pathname.slice(start.length)) : undefined;
}

/** What is sent as a stream is not hashed by the SDK; then it has to say how long it is. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  if (request.headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD') {
    return request.method === 'PUT' && Number(request.headers['content-length']) === body.length;
  }
  return request.headers['x-amz-content-sha256'] === createHash('sha256').update(body).digest('hex');
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, StoredObject>,
  key: string,
  body: Buffer,
): void {
  const found = objects.get(key);
  switch (request.method) {
    case 'PUT': {
      const etag = createHash('md5').update(body).digest('hex');
      const type = request.headers['content-type'] ?? '';
      objects.set(key, { bytes: body, etag, modified: new Date(), type });
      response.writeHead(200, { etag: `"${etag}"` }).end();
      break;
    }
    case 'HEAD':
    case 'GET':
      if (found === undefined) refuse(request, response, 404, 'NoSuchKey');
      else {
        const { etag, modified, bytes, type } = found;
        response.writeHead(200, {
          etag: `"${etag}"`,
          'last-modified': modified.toUTCString(),
          'content-length': bytes.length,
          'content-type': type,
        });
        response.end(request.method === 'GET' ? bytes : undefined);
      }
      break;
    case 'DELETE':
      objects.delete(key);
      response.writeHead(204).end();
      break;
    default:
      refuse(request, response, 405, 'MethodNotAllowed');
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : xml);
}
