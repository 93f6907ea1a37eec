import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beside } from '../beside.ts';

/**
 * Starts a process that outlives this one and removes what `run` made as soon as this one is gone, however it ended: a
 * Ctrl-C that ends at once, a crash, a SIGKILL. It notices by the end of a pipe that only we hold open. Gives a function for
 * the orderly end: it lets the watcher go, which then looks once more.
 */
export function watchOver(run: string): () => void {
  const child = spawn(process.execPath, [fileURLToPath(beside('watcher-process', import.meta.url)), run], {
    // A group of its own: Ctrl-C on the terminal must not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // One that cannot start is no reason to judge nobody: the next run removes what this one leaves.
  child.once('error', () => undefined);
  child.stdin.once('error', () => undefined);
  child.unref();
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return () => child.stdin.end();
}
