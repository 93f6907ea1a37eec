import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bodies above this are refused: nothing in the API comes near it. */
const largestBody = 10 * 1024 * 1024;

/** Whole body; undefined when it is larger than allowed. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += part.length;
    if (size > largestBody) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** Headers with one value each; repeated ones are joined. Headers of the suite itself are left out. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => value !== undefined && !name.startsWith('x-suite-'))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject);
  server.listen(port, host, bound.resolve);
  await bound.promise;
  server.off('error', bound.reject);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('An HTTP server has no port');
  return address;
}

export async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
