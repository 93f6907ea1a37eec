import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeTarget } from '../harness/testing/fake-target.ts';
import type { Report } from '../report/model.ts';
import { fakeFiles } from '../run/testing/harness.ts';
import { SECRETS } from '../run/testing/secrets.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { openEvents } from './events.ts';
import { judge } from './judge.ts';
import { rejudgeBundle } from './rejudge.ts';
import { fakeParts, ROWS, recordedIo } from './testing/world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('callbacks that belong to nobody, and what is said of the target, are told without secrets, and in the same words when the run is judged again', async () => {
  const fake = await fakeTarget();
  const { replyId, secret, number } = SECRETS;
  const target = {
    ...fake.target,
    ...{ name: `the one of ${number}`, description: `ask for ${secret}` },
    ...{ credentials: { kind: 'hs256' as const, secret }, redact: [number] },
  };
  const baseline = join(directory, '..', `${basename(directory)}.yaml`);
  await writeFile(baseline, `knownFailures: [{ test: ivr/known, reason: 'until ${secret} is changed' }]`);
  const open = async () => ({ target, died: new Promise<string>(() => {}), close: fake.close });
  const report = join(directory, 'report');
  const files = fakeFiles('late');
  const io = recordedIo();
  const stream = openEvents(join(directory, 'events.ndjson'), io, []);
  const parts = { ...fakeParts(), files, open, ...(stream.events && { events: stream.events }) };
  await judge({ runner: 'auto', report, concurrency: 4, baseline }, parts, io).finally(() => stream.close());
  await rm(baseline);

  const { findings, tests } = JSON.parse(await readFile(join(report, 'report.json'), 'utf8')) as Report;
  expect(tests.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
  expect(tests.map(({ knownFailure }) => knownFailure)).toContainEqual(expect.stringMatching(/^until .* is changed$/));
  expect(findings.filter(({ kind }) => kind === 'unclaimed-callback')).toHaveLength(3);
  expect(findings.map(({ text }) => text).join('\n')).toContain(
    'sessionCompleted belongs to no scenario: {"sessionId"',
  );
  const told: [string, string][] = [['the terminal', io.said.out + io.said.err]];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) told.push([entry.name, await readFile(join(entry.parentPath, entry.name), 'latin1')]);
  expect(told.map(([name]) => name)).toEqual(
    expect.arrayContaining(['events.ndjson', 'run.json', 'report.html', 'summary.md', 'report.tap', 'junit.xml']),
  );
  const kept = [...Object.values(SECRETS), replyId.slice(0, 12)];
  expect(told.flatMap(([name, text]) => kept.filter((one) => text.includes(one)).map((one) => [name, one]))).toEqual(
    [],
  );

  const again = recordedIo();
  const code = await rejudgeBundle({ bundle: report }, { rows: ROWS, files: () => files }, again);
  expect(again.said.out).toContain('judged again: 2 verdicts the same, 0 differences, 0 not re-judged');
  expect(code).toBe(EXIT.conformant);
});
