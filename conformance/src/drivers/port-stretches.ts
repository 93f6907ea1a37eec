import { createServer, type Server } from 'node:net';

const length = 50;
/** Of those of this process: whoever has a port of an older one has bound it long since. */
const kept = 8;
const mine = new Map<number, Promise<Server | undefined>>();

/** First port of the stretch after that of `port`. */
export const afterStretch = (port: number): number => (stretchOf(port) + 1) * length;

const stretchOf = (port: number): number => Math.floor(port / length);

/**
 * Whether this process may give out a port: of each stretch of 50 ports one process of a machine has the say, or two of them
 * give the same port to programs that have yet to bind it. It has it by a socket of a name in Linux' abstract name space, which
 * ends with the process and is, like ports, of one network name space. Where there is no such thing, everybody may.
 */
export async function holds(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const stretch = stretchOf(port);
  const asked = mine.get(stretch) ?? claim(stretch);
  // Put at the end, as the one that was used last.
  mine.delete(stretch);
  mine.set(stretch, asked);
  if ((await asked) === undefined) {
    if (mine.get(stretch) === asked) mine.delete(stretch);
    return false;
  }
  for (const [oldest, server] of mine) {
    if (mine.size <= kept) break;
    mine.delete(oldest);
    void server.then((one) => one?.close());
  }
  return true;
}

function claim(stretch: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(`\0mediaservice-conformance-ports-${stretch}`, () => resolve(server));
    server.unref();
  });
}
