import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pactUrl } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import { openTarget } from '../cli/open.ts';
import { thisMachine } from '../cli/runner.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { recordCallbacks } from './record.ts';
import { differences } from './save.ts';

const sipp = await thisMachine().sipp();
const silent = { collected: () => {}, started: () => {}, told: () => {}, finished: () => {} };

it.skipIf(sipp === undefined)(
  'what the reference server sends in real calls is what the committed contract says',
  async () => {
    const open = await openTarget(undefined, process.env);
    try {
      const { pact, missing } = await recordCallbacks(
        { target: open.target, runner: 'local', environment: surroundings(process.env), epoch: Date.now() },
        silent,
        new AbortController().signal,
        open.died,
      );
      expect(missing).toEqual([]);
      expect(await differences(dirname(fileURLToPath(pactUrl('x'))), [pact])).toEqual([]);
    } finally {
      await open.close();
    }
  },
  120_000,
);
