import { defineConfig } from 'vitest/config';

/** Tests that judge a server against the clock: they run after all others, one at a time, or a busy machine is what they find. */
const alone = '**/*.alone.test.ts';
const nowhere = ['**/node_modules/**', '**/dist/**', 'conformance/src/scenarios/!(support)/**'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 20_000,
    // Who polls waits for something to come about, not for how soon: a second, as long as vitest polls, is short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: [
            '.config/*.test.ts',
            '{spec,fixtures,reference-server,load}/**/*.test.ts',
            'conformance/src/**/*.test.ts',
          ],
          exclude: [...nowhere, alone],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [`conformance/src/${alone}`],
          exclude: nowhere,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
