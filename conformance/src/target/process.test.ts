import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { listen, shut } from '../drivers/http.ts';
import { freePort } from '../drivers/ports.ts';
import { parseTarget } from './load.ts';
import { startTarget } from './process.ts';
import { type RunningTarget, type Target, TargetError } from './types.ts';

const running: RunningTarget[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const file = (port: number, more = ''): Promise<Target> =>
  parseTarget(
    `name: fake
rest: { baseUrl: "http://127.0.0.1:${port}" }
domain: d
credentials: { kind: bearer, token: t }
sip: { host: 127.0.0.1, port: 5060 }
callbacks: { baseUrl: http://127.0.0.1:9 }
numbers: { prefix: "1", first: 1, last: 9 }
suite: { host: 127.0.0.1 }
${more}`,
    't.yaml',
  );

async function target(port: number, script?: string, timeoutMs = 5000): Promise<Target> {
  const base = await file(port);
  if (script === undefined) return base;
  const ready = { url: `http://127.0.0.1:${port}/readyz`, timeoutMs };
  return { ...base, command: { argv: [process.execPath, '-e', script], ready, stopMs: 500 } };
}

const server = (port: number, status = 200): string =>
  `require('http').createServer((q,s)=>{s.statusCode=${status};s.end()}).listen(${port},'127.0.0.1',()=>console.log('up'));`;

/** Answers with this status from before a program starts, which may take longer than the time it is given. @returns its port */
async function page(status: number): Promise<number> {
  const http = createServer((_, response) => response.writeHead(status).end());
  onTestFinished(() => shut(http));
  return (await listen(http, '127.0.0.1', 0)).port;
}
const idle = 'setInterval(() => {}, 1000)';

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

describe('a target with a command', () => {
  it('is ready when its condition answers, keeps what it wrote, and takes its children along', async () => {
    const [port, childPort] = await Promise.all([freePort('127.0.0.1'), freePort('127.0.0.1')]);
    const child = `require('child_process').spawn(process.execPath,['-e',${JSON.stringify(server(childPort))}]);`;
    const one = await startTarget(await target(port, child + server(port)), process.env);
    running.push(one);
    expect(one.logs()).toEqual(['up']);
    await expect.poll(() => answers(childPort)).toBe(true);
    await one.stop();
    expect(await answers(port)).toBe(false);
    await expect.poll(() => answers(childPort)).toBe(false);
  });

  it('that ignores SIGTERM is killed after its grace', async () => {
    const port = await freePort('127.0.0.1');
    const one = await startTarget(await target(port, `process.on('SIGTERM',()=>{});${server(port)}`), process.env);
    await one.stop();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('tells when it ends by itself', async () => {
    const port = await freePort('127.0.0.1');
    const one = await startTarget(
      await target(
        port,
        `${server(port)}process.on('SIGUSR2',()=>{console.error('oh no');process.exit(3)});console.log('pid',process.pid)`,
      ),
      process.env,
    );
    running.push(one);
    await expect.poll(() => one.logs().some((line) => line.startsWith('pid'))).toBe(true);
    process.kill(
      Number(
        one
          .logs()
          .find((line) => line.startsWith('pid'))
          ?.split(' ')[1],
      ),
      'SIGUSR2',
    );
    expect(await one.died).toBe('fake ended with code 3; its last words: oh no');
  });

  it.each([
    [
      'ends before it is ready',
      `console.error('port in use');process.exit(2)`,
      10_000,
      /^fake ended with code 2; its last words: port in use$/,
    ],
    ['never answers', 'setInterval(()=>{},1000)', 400, /^fake was not ready after 0\.4 s: nothing answered at http/],
  ])('that %s is one sentence', async (_, script, timeoutMs, message) => {
    const unready = await target(await freePort('127.0.0.1'), script, timeoutMs);
    await expect(startTarget(unready, process.env)).rejects.toThrow(message);
  });

  it('that does not get ready leaves the last lines that it wrote', async () => {
    const { command, ...rest } = await target(await freePort('127.0.0.1'), '', 1000);
    // A shell has written all of it long before, as Node might not have on a busy machine.
    const argv = ['sh', '-c', 'for i in $(seq 39); do echo line $i; done; exec sleep 60'];
    const starting = startTarget({ ...rest, ...(command && { command: { ...command, argv } }) }, process.env);
    const error: unknown = await starting.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TargetError);
    const { log } = error instanceof TargetError ? error : { log: [] };
    expect([log.length, log.at(0), log.at(-1)]).toEqual([12, 'line 28', 'line 39']);
  });

  it('that stays unready says what it answered', async () => {
    const port = await page(503);
    await expect(startTarget(await target(port, idle, 500), process.env)).rejects.toThrow(
      /not ready after 0\.5 s: it answered 503/,
    );
  });

  it.each([
    ['nothing', ''],
    ['a time alone', ', ready: { timeoutMs: 5000 }'],
  ])('of which the file says %s of when it is ready is so with any answer at its REST address', async (_, ready) => {
    const port = await freePort('127.0.0.1');
    const argv = JSON.stringify([process.execPath, '-e', server(port, 404)]);
    running.push(await startTarget(await file(port, `command: { argv: ${argv}${ready} }\n`), process.env));
    expect(await answers(port)).toBe(true);
  });

  it('of which the file names the page of its readiness has to answer with 2xx there', async () => {
    const port = await page(404);
    const argv = JSON.stringify([process.execPath, '-e', idle]);
    const ready = `{ url: "http://127.0.0.1:${port}", timeoutMs: 600 }`;
    await expect(
      startTarget(await file(port, `command: { argv: ${argv}, ready: ${ready} }\n`), process.env),
    ).rejects.toThrow(/not ready after 0\.6 s: it answered 404/);
  });

  it('whose program does not exist is one sentence', async () => {
    const wrong = await target(9, 'x');
    const { command } = wrong;
    if (!command) throw new Error('a command was given');
    await expect(
      startTarget({ ...wrong, command: { ...command, argv: ['no-such-program'] } }, process.env),
    ).rejects.toThrow(/^no-such-program cannot be started: spawn no-such-program ENOENT$/);
  });
});

describe('a target that was started, and a signal to us', () => {
  const listening = async (signal: NodeJS.Signals, work: (heard: () => number) => Promise<void>): Promise<void> => {
    let count = 0;
    const listener = (): void => {
      count += 1;
    };
    process.on(signal, listener);
    try {
      await work(() => count);
    } finally {
      process.off(signal, listener);
    }
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('outlives a %s that somebody handles, again and again', (signal) =>
    listening(signal, async (heard) => {
      const [port, other] = await Promise.all([freePort('127.0.0.1'), freePort('127.0.0.1')]);
      for (const at of [port, other]) running.push(await startTarget(await target(at, server(at)), process.env));
      process.emit(signal, signal);
      process.emit(signal, signal);
      expect(heard()).toBe(2);
      expect([await answers(port), await answers(other)]).toEqual([true, true]);
    }),
  );

  it('is not waited for when it is not ready yet', () =>
    listening('SIGINT', async () => {
      const script = `require('fs').writeSync(1, 'begun\\n'); setInterval(() => {}, 1000)`;
      const starting = startTarget(await target(await freePort('127.0.0.1'), script, 20_000), process.env);
      process.emit('SIGINT', 'SIGINT');
      await expect(starting).rejects.toThrow(/^fake ended by SIGKILL/);
    }));

  it.each([
    ['nobody handles it', '', 'SIGINT'],
    ['whoever handles it ends without a word', `process.on('SIGINT', () => process.exit(7));`, 7],
  ])('dies with us where %s', async (_name, handler, ending) => {
    const port = await freePort('127.0.0.1');
    const program = `import { startTarget } from ${JSON.stringify(new URL('process.ts', import.meta.url).href)};
      ${handler}
      await startTarget(${JSON.stringify(await target(port, server(port)))}, process.env);
      console.log('ready');`;
    const us = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(us, 'close');
    // Or it has ended, and its code says so.
    await Promise.race([once(us.stdout, 'data'), closed]);
    expect(await answers(port)).toBe(true);
    us.kill('SIGINT');
    const [code, signal]: readonly unknown[] = await closed;
    expect(code ?? signal).toBe(ending);
    await expect.poll(() => answers(port)).toBe(false);
  });
});

describe('a target that runs already', () => {
  it('must answer, with whatever status', async () => {
    const http = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    const address = http.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const one = await startTarget(await target(port), process.env);
    expect(one.logs()).toEqual([]);
    http.close();
  });

  it('that is not there is one sentence', async () => {
    const port = await freePort('127.0.0.1');
    await expect(startTarget(await target(port), process.env)).rejects.toThrow(
      /^fake does not answer at http:.*: start it, or correct rest\.baseUrl in the target file\.$/,
    );
  });
});
