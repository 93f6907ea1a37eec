import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { afterStretch, holds } from './port-stretches.ts';

const script = (port: number): string =>
  `import { holds } from ${JSON.stringify(new URL('port-stretches.ts', import.meta.url).href)};
   process.stdout.write(String(await holds(${port})));
   process.stdin.resume();`;

/** Another process that asks for `port`, until its input ends. */
async function other(port: number): Promise<{ said: string; end(): Promise<unknown> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const ended = once(child, 'close');
  const [said] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['nothing'])]);
  return {
    said: String(said),
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/** Beyond all that `freePort` gives out, so that no test beside this one has the say in it. */
const port = 70_010;

it.runIf(process.platform === 'linux')('lets one process at a time give out the ports of a stretch', async () => {
  const first = await other(port);
  expect(first.said).toBe('true');
  expect(await holds(port)).toBe(false);
  expect(await holds(port + 1)).toBe(false);
  expect(await holds(afterStretch(port))).toBe(true);
  await first.end();
  expect(await holds(port)).toBe(true);
  expect((await other(port)).said).toBe('false');
});

it.runIf(process.platform === 'linux')(
  'keeps the last stretches of a process, and leaves older ones to others',
  async () => {
    const stretches = Array.from({ length: 9 }, (_, i) => port + 1000 + 50 * i);
    for (const one of stretches) expect(await holds(one)).toBe(true);
    await expect.poll(async () => (await other(stretches[0] ?? 0)).said).toBe('true');
    expect((await other(stretches[1] ?? 0)).said).toBe('false');
  },
);
