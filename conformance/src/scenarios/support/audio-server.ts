/** The web server of a scenario: audio that the target fetches by itself, with every fetch counted. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from '../../harness/types.ts';

/** What is served: bytes of a WAV or MP3 file, or whatever a function does with the response. */
export type Served = Uint8Array | ((response: ServerResponse) => void);

export interface AudioServer {
  /** Address of a file, whether or not it is served. */
  url(name: string): string;
  /** How often a file was asked for. */
  fetches(name: string): number;
}

const typeOf = (name: string): string => (name.endsWith('.mp3') ? 'audio/mpeg' : 'audio/wav');

/** Serves the files on a free port for as long as `use` runs. */
export async function withAudioServer<T>(
  ctx: TestContext,
  files: Readonly<Record<string, Served>>,
  use: (server: AudioServer) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const name = decodeURIComponent((request.url ?? '').replace(/^\//, '').replace(/\?.*$/, ''));
    asked.push(name);
    ctx.note(`${request.method ?? ''} ${request.url ?? ''} at the suite's audio server`);
    const served = files[name];
    if (typeof served === 'function') served(response);
    else if (served === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': typeOf(name), 'content-length': served.byteLength }).end(served);
  });
  server.listen(0, ctx.target.suite.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await use({
      url: (name) => `http://${ctx.target.suite.host}:${port}/${encodeURIComponent(name)}`,
      fetches: (name) => asked.filter((one) => one === name).length,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
