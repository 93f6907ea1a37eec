// The one file that the runner is given: it imports all scenarios, so that they share a worker, its drivers and its
// ports, and so that those of different files run side by side.
import { beforeEach, inject } from 'vitest';
import { onProgress } from '../harness/progress.ts';
import { metaOf, NOT_SELECTED, STOP, STOPPED, type Told } from './meta.ts';
import { selects } from './selection.ts';

const { files, selection, channel: name, drivers } = inject('run');
const settings = inject('harness');

let started = false;
let stopped = false;
let reaping = false;

beforeEach(({ task, skip }) => {
  if (stopped) skip();
  if (!selects(selection, metaOf(task.name, task.meta))) skip(NOT_SELECTED);
  started = true;
});

// A stopped run ends without its hooks: the thread is taken away, and what it started as processes would live on.
const channel = new BroadcastChannel(name);
channel.onmessage = async ({ data }: { readonly data: unknown }) => {
  if (data !== STOP) return;
  stopped = true;
  try {
    if (started && drivers) await endProcesses();
  } finally {
    channel.postMessage(STOPPED);
  }
};
channel.unref();
onProgress((id, words) => channel.postMessage({ id, words } satisfies Told));

/** How often a stopped worker looks for processes that a scenario under way has started since, ms. */
const REAP_MS = 50;

async function endProcesses(): Promise<void> {
  const { getHarness } = await import('../harness/harness.ts');
  const { sipp } = await getHarness(settings);
  await sipp.close();
  // A container takes everything with it; local processes are only known once they have been started.
  if (sipp.kind === 'local' && !reaping) setInterval(() => void sipp.close().catch(() => undefined), REAP_MS);
  reaping = true;
}

for (const file of files) await import(/* @vite-ignore */ file);
