import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['.config/*.test.ts', '{spec,fixtures,reference-server,load}/**/*.test.ts', 'conformance/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'conformance/src/scenarios/!(support)/**'],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
