import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { embeddedServer } from './embedded.ts';
import { withParent } from './with-parent.ts';

const file = new URL('with-parent.ts', import.meta.url).href;
const left: number[] = [];
afterEach(() => {
  for (const pid of left.splice(0)) if (lives(pid)) process.kill(pid, 'SIGKILL');
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A process that starts one that would never end, with what `before` gives node; its pid comes with the first line. */
async function parentOf(before: string) {
  const program = `import { spawn } from 'node:child_process';
    import { withParent } from ${JSON.stringify(file)};
    const child = spawn(process.execPath, [...${before}, '-e', 'console.log("up"); setInterval(() => undefined, 1000)'],
      { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => console.log(child.pid));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: readonly unknown[] = await once(parent.stdout, 'data');
  const child = Number(String(line));
  left.push(child, ...(parent.pid === undefined ? [] : [parent.pid]));
  return { parent, child };
}

it('a child lives as long as its parent, and ends when that is killed', async () => {
  const { parent, child } = await parentOf('withParent()');
  // One that knows nothing of it is started by then: it outlives its parent, so what ends the other is this file.
  const other = await parentOf('[]');
  expect([child, other.child].map(lives)).toEqual([true, true]);
  parent.kill('SIGKILL');
  other.parent.kill('SIGKILL');
  await expect.poll(() => lives(child), { timeout: 10_000 }).toBe(false);
  expect(lives(other.child)).toBe(true);
}, 20_000);

it('is part of the command of the reference server that comes along', async () => {
  const { target, dispose } = await embeddedServer();
  await dispose();
  expect(target.command?.argv).toEqual(expect.arrayContaining([...withParent()]));
});
