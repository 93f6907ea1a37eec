import { fake } from '../declare.ts';

// Each waits until all three run: only side by side do they ever end.
const all = Promise.withResolvers<void>();
let running = 0;
for (const name of ['one', 'two', 'three']) {
  fake(`session/${name}`, 'pass', {
    before: () => {
      running += 1;
      if (running === 3) all.resolve();
      return all.promise;
    },
  });
}
