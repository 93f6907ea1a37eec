/** The directory in Redis 6.2 or later, or what speaks like it. */
import { createHash } from 'node:crypto';
import { createClient } from '@redis/client';
import type { Json } from '../session/json.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import { type Beat, type Directory, DirectoryUnavailable, type NodeEntry, type Peer } from './directory.ts';
import { script } from './redis-script.ts';

export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
  readonly database: number;
  /** Before every key. */
  readonly prefix: string;
}

interface RedisDirectoryOptions extends RedisSettings {
  readonly log: LogPort;
  readonly after: ClockPort['after'];
  /** Longest wait for an answer. */
  readonly timeoutMs: number;
  /** How long what nobody renews is kept. */
  readonly keepMs: number;
}

/** Each attempt to connect a little later than the one before. */
const retryMs = (retries: number): number => Math.min(50 * 2 ** Math.min(retries, 6), 1_000);
const sha = createHash('sha1').update(script).digest('hex');

/** Connects in the background, now and whenever the connection breaks: nothing waits for Redis but what asks it. */
export function createRedisDirectory(options: RedisDirectoryOptions): Directory {
  const { log, after, timeoutMs, keepMs, host, port } = options;
  const client = createClient({
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    database: options.database,
    // What cannot be sent now is stale by the time that it could: nodes renew what they have instead.
    disableOfflineQueue: true,
    disableClientInfo: true,
    socket: options.tls
      ? { host, port, tls: true, connectTimeout: timeoutMs, reconnectStrategy: retryMs }
      : { host, port, connectTimeout: timeoutMs, reconnectStrategy: retryMs },
  });
  /** An answer did not come in time and none has since: only the beat goes on asking. */
  let stuck = false;
  let told = false;
  client.on('ready', () => {
    if (told) log.info({ host, port }, 'Redis is back');
    told = false;
    stuck = false;
  });
  // Comes with each attempt; one line says it.
  client.on('error', (error: unknown) => {
    if (told) return;
    told = true;
    log.warn({ host, port, error: String(error) }, 'Redis cannot be reached: calls go on, other nodes are not found');
  });
  // Rejects when it is closed before it ever was connected.
  client.connect().catch(() => undefined);

  const limited = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = after(timeoutMs, () => {
        stuck = true;
        reject(new DirectoryUnavailable(`no answer within ${timeoutMs} ms`));
      });
      work.then(
        (value) => {
          stuck = false;
          stop();
          resolve(value);
        },
        (error: unknown) => {
          stop();
          reject(new DirectoryUnavailable(error));
        },
      );
    });

  const key = `{${options.prefix}}`;
  /** `whole` sends the script itself, which makes it known for the others; whoever comes before fails, and is renewed. */
  const run = (whole: boolean, name: string, ...words: readonly string[]): Promise<unknown> => {
    if (stuck && name !== 'beat') return Promise.reject(new DirectoryUnavailable('it does not answer'));
    const [command, text] = whole ? ['EVAL', script] : ['EVALSHA', sha];
    return limited(client.sendCommand([command, text, '1', key, name, String(keepMs), ...words]));
  };

  return {
    join: async ({ id, address }) => void (await run(true, 'join', id, address)),
    beat: async (node) => readBeat(texts(await run(true, 'beat', node))),
    note: async (node, { session, will, answered, add, remove }) => {
      const flag = answered ? '1' : '0';
      const ids = [String(add.length), ...add, ...remove];
      return Number(await run(false, 'note', node, session, JSON.stringify(will), flag, ...ids)) === 1;
    },
    over: async (node, session, ids) => void (await run(false, 'over', node, session, ...ids)),
    find: async (ids) => readEntry(texts(await run(true, 'find', '', ...ids))),
    node: async (id) => readEntry(texts(await run(true, 'node', id))),
    claim: async (dead, beats, by) => Number(await run(true, 'claim', dead, String(beats), by)) === 1,
    orphans: async (node) =>
      inGroups(texts(await run(true, 'orphans', node)), 2).map(([session = '', orphan = '']) => {
        const [, milliseconds, will = 'null'] = /^(\d+) (.*)$/s.exec(orphan) ?? [];
        return { session, will: JSON.parse(will) as Json, milliseconds: Number(milliseconds ?? 0) };
      }),
    settled: async (node, session) => void (await run(true, 'settled', node, session)),
    leave: async (node) => void (await run(true, 'leave', node)),
    up: () => client.isReady && !stuck,
    // Nothing is waited for: whoever wants an answer has it by now.
    close: async () => client.destroy(),
  };
}

const texts = (reply: unknown): readonly string[] => (Array.isArray(reply) ? reply.map(String) : []);

const inGroups = (flat: readonly string[], size: number): (readonly string[])[] =>
  Array.from({ length: Math.floor(flat.length / size) }, (_, i) => flat.slice(i * size, (i + 1) * size));

const readEntry = ([id, address]: readonly string[]): NodeEntry | undefined =>
  id === undefined || address === undefined ? undefined : { id, address };

function readBeat([state, ...rest]: readonly string[]): Beat {
  switch (state) {
    case 'alive': {
      const [orphans, ...peers] = rest;
      return { state, peers: inGroups(peers, 4).map(readPeer), orphans: Number(orphans) };
    }
    case 'taken':
      return { state, sessions: rest.filter((session) => session !== '') };
    default:
      return { state: 'unknown' };
  }
}

const readPeer = ([id = '', address = '', beats, left]: readonly string[]): Peer => ({
  id,
  address,
  beats: Number(beats),
  left: left === '1',
});
