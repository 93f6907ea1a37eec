import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pactUrl } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import { openTarget } from '../cli/open.ts';
import { thisMachine } from '../cli/runner.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import type { HttpDetail } from '../harness/timeline.ts';
import type { Verdict } from '../harness/types.ts';
import type { ScenarioRun } from '../run/result.ts';
import { recordCallbacks, sortOut } from './record.ts';
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

describe('what is made of the runs', () => {
  const detail: HttpDetail = {
    ...{ type: 'http', operation: 'newCall', method: 'POST', url: '/newCall', requestHeaders: {}, requestBody: '{}' },
    ...{ status: 200, responseHeaders: {}, responseBody: '{"action":"ivr"}', ms: 1, violations: [] },
  };
  const run = (id: string, verdict: Verdict): ScenarioRun => {
    const meta = { id, title: id, area: 'a', requirements: [], needs: {} };
    const entry = { at: 0, seq: 0, kind: 'callback', from: 'target', to: 'application', summary: '', detail } as const;
    const observed = {
      calls: 0,
      sipMessages: 0,
      rtpPacketsReceived: 0,
      rtpPacketsSent: 0,
      callbacks: 0,
      restExchanges: 0,
    };
    const reasons = verdict === 'pass' ? [] : [{ text: `because ${verdict}` }];
    return {
      ...{ meta, selected: true },
      outcome: {
        ...{ meta, verdict, reasons, shown: [], broken: [], warned: [], observed, timeline: [entry] },
        ...{ artifacts: [], startedAt: 0, endedAt: 0 },
      },
    };
  };
  const result = (...scenarios: readonly ScenarioRun[]) => ({ scenarios, errors: [] });

  it('takes what passed, leaves out what the target does not claim, and tells what is missing', () => {
    const { exchanges, missing, leftOut } = sortOut(
      [result(run('a', 'pass'), run('b', 'not-applicable'), run('c', 'fail'), run('d', 'warning'))],
      ['a', 'b', 'c', 'd', 'e'],
    );
    expect(exchanges).toHaveLength(2);
    expect(leftOut).toEqual(['b']);
    expect(missing).toEqual([
      { id: 'c', why: 'because fail' },
      { id: 'e', why: 'it did not run' },
    ]);
  });

  it('believes the later run of one that the suite was too late for', () => {
    const { exchanges, missing } = sortOut([result(run('a', 'inconclusive')), result(run('a', 'pass'))], ['a']);
    expect([exchanges.length, missing]).toEqual([1, []]);
  });
});
