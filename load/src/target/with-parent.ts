/**
 * Ends the process that it is loaded into when the one that started it is gone, also by a signal that nobody can handle.
 * For programs that know nothing of it: `node --import <this file>?parent=<pid> program`.
 */
import { isMainThread } from 'node:worker_threads';

const lookMs = 500;

/** Arguments of node for a child of this process. */
export const withParent = (): readonly string[] => ['--import', `${import.meta.url}?parent=${process.pid}`];

const parent = new URL(import.meta.url).searchParams.get('parent');
// Worker threads load it too.
if (parent !== null && isMainThread) {
  const look = (): void => {
    // Whoever has lost its parent is given another one.
    if (process.ppid !== Number(parent)) process.kill(process.pid, 'SIGKILL');
  };
  setInterval(look, lookMs).unref();
}
