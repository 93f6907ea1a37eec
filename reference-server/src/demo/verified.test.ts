/** The contracts of the callbacks, replayed with the demo application by the suite's own program. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startDemoApplication } from './application.ts';

const suite = fileURLToPath(new URL('../../../conformance/bin/mediaservice-conformance.js', import.meta.url));

it('the demo application answers every callback so that a service takes it', async () => {
  const application = await startDemoApplication();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [suite, 'verify-app', '--url', application.url]);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^verify-app: 10 callbacks right, 0 wrong; \d+ requests$/);
  } finally {
    await application.close();
  }
}, 30_000);
