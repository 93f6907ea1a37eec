/** The web server of a scenario: audio that the target fetches by itself, with every fetch counted. */
import type { Asked, Reply } from '../../drivers/outside/types.ts';
import type { TestContext } from '../../harness/types.ts';

/** What is served: bytes of a WAV or MP3 file, or whatever a function answers. */
export type Served = Uint8Array | ((asked: Asked) => Reply);

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
  const { outside } = ctx.harness;
  const { host } = ctx.target.suite;
  const server = await outside.serve(host, (request): Reply => {
    const name = decodeURIComponent(request.url.replace(/^\//, '').replace(/\?.*$/, ''));
    asked.push(name);
    ctx.note(`${request.method} ${request.url} at the suite's audio server`);
    const served = files[name];
    if (typeof served === 'function') return served(request);
    return served === undefined ? { status: 404 } : { headers: { 'content-type': typeOf(name) }, body: served };
  });
  try {
    return await use({
      url: (name) => `http://${host}:${server.port}/${encodeURIComponent(name)}`,
      fetches: (name) => asked.filter((one) => one === name).length,
    });
  } finally {
    server.close();
  }
}
