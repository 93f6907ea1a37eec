/**
 * The watcher's process: `watcher-process RUN`. Waits for the end of its standard input, then removes what the run made.
 * Whatever the engine was asked for before the end may still come to be, so it looks again until nothing came twice.
 */
import { connectEngine } from './engine.ts';
import { sweepRun } from './sweep.ts';

/** Pauses between looks, ms. */
const pausesMs = [0, 500, 1000, 2000, 4000, 8000];
const enough = 2;

const [run] = process.argv.slice(2);
if (run === undefined) process.exit(2);

process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
let nothing = 0;
for (const pause of pausesMs) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  // An engine that does not answer may do so the next time.
  const found = await connectEngine()
    .then(({ container }) => sweepRun(container.dockerode, run))
    .catch(() => 1);
  nothing = found === 0 ? nothing + 1 : 0;
  if (nothing === enough) break;
}
process.exit();
