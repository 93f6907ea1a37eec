/**
 * The smallest application that takes IVR calls, a process of its own. Callers of `wait` are asked for a digit that never
 * comes, all others are hung up at once. It prints its address; to each line on standard input it says what it has seen
 * since the line before; it ends when its standard input does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { type Seen, WAIT } from './protocol.ts';

/** What a session has had so far. */
interface Call {
  readonly waits: boolean;
  answered: boolean;
  asked: boolean;
}

interface Body {
  readonly sessionId?: string;
  readonly calledParty?: string;
  readonly replyId?: string;
}

const calls = new Map<string, Call>();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const nothing = (): Omit<Seen, 'lateMs'> => ({ callbacks: {}, completed: 0, faults: 0, open: 0 });
let seen: { -readonly [Key in keyof Omit<Seen, 'lateMs'>]: Seen[Key] } = nothing();

const json = { 'content-type': 'application/json' };
const ivr = JSON.stringify({ action: 'ivr' });

/** The answer; undefined where none is wanted. Whatever is not in its place is a fault. */
function answerTo(name: string, { sessionId = '', replyId, ...body }: Body): string | undefined {
  const call = calls.get(sessionId);
  switch (name) {
    case 'newCall':
      if (call !== undefined) seen.faults++;
      calls.set(sessionId, { waits: body.calledParty === WAIT, answered: false, asked: false });
      return ivr;
    case 'callAnswered':
      if (call === undefined || call.answered) seen.faults++;
      else call.answered = true;
      return undefined;
    case 'getIvrCommand':
      if (call === undefined || !call.answered || call.asked) seen.faults++;
      else call.asked = true;
      return JSON.stringify(
        call?.waits === true
          ? { sessionId, replyId, dtmf: { maxDigits: 1, firstTimeout: 3600 } }
          : { sessionId, replyId, hangup: true },
      );
    case 'sessionCompleted':
      if (!calls.delete(sessionId) || call?.asked !== true) seen.faults++;
      else seen.completed++;
      return undefined;
    default:
      seen.faults++;
      return undefined;
  }
}

function take(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const name = (request.url ?? '').slice(1);
    seen.callbacks[name] = (seen.callbacks[name] ?? 0) + 1;
    const answer = answerTo(name, JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (answer === undefined) response.writeHead(204).end();
    else response.writeHead(200, json).end(answer);
  });
}

const server = createServer({ keepAliveTimeout: 60_000 }, take);
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
createInterface({ input: process.stdin })
  .on('line', () => {
    const said: Seen = { ...seen, open: calls.size, lateMs: delay.percentile(99) / 1e6 };
    process.stdout.write(`${JSON.stringify(said)}\n`);
    seen = nothing();
    delay.reset();
  })
  .on('close', () => process.exit(0));
