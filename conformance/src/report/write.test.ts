import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildReport } from './build.ts';
import { sampleInput } from './testing/sample.ts';
import { prepareReport, ReportError, writeReport } from './write.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const { report, timelines } = buildReport(sampleInput(10, 30));

describe('writeReport', () => {
  it('writes every format and the evidence of each test, and leaves no half file behind', async () => {
    const place = join(directory, 'deep', 'conformance');
    await writeReport(place, report, timelines);
    expect((await readdir(place)).toSorted()).toEqual([
      'badge.json',
      'badge.svg',
      'ctrf.json',
      'evidence',
      'junit.xml',
      'report.html',
      'report.json',
      'report.tap',
      'summary.md',
    ]);
    expect(JSON.parse(await readFile(join(place, 'report.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    expect((await readdir(join(place, 'evidence', 'session', 'sample-0'))).toSorted()).toEqual([
      'sip.txt',
      'timeline.json',
    ]);
    const sip = await readFile(join(place, 'evidence', 'session', 'sample-0', 'sip.txt'), 'utf8');
    expect(sip).toMatch(/^--- 1\.2 ms {2}caller -> target {2}\(caller\)\nINVITE /);
  });

  it('replaces an earlier report', async () => {
    await writeFile(join(directory, 'report.json'), 'old');
    await writeReport(directory, report, timelines);
    expect(await readFile(join(directory, 'report.json'), 'utf8')).not.toBe('old');
  });

  it('says in a sentence that a place cannot be written', async () => {
    await writeFile(join(directory, 'file'), '');
    const place = join(directory, 'file', 'report');
    const failure = writeReport(place, report, timelines);
    await expect(failure).rejects.toBeInstanceOf(ReportError);
    await expect(failure).rejects.toThrow(`the report cannot be written to ${place}: a part of the path is a file`);
  });

  it('writes nothing outside its directory, whatever a test is called', async () => {
    const [first] = report.tests;
    if (first === undefined) throw new Error('the sample is empty');
    const evil = { ...report, tests: [{ ...first, evidence: '../../outside' }] };
    await expect(writeReport(join(directory, 'a', 'b'), evil, timelines)).rejects.toBeInstanceOf(ReportError);
    expect(await readdir(directory)).toEqual(['a']);
  });
});

describe('prepareReport', () => {
  it('clears old evidence and touches nothing else', async () => {
    const { evidenceDir } = await prepareReport(directory);
    await mkdir(join(evidenceDir, 'old'), { recursive: true });
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await prepareReport(directory);
    expect(await readdir(evidenceDir)).toEqual(['.mediaservice-conformance']);
    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('takes no evidence away that is not of a run', async () => {
    await mkdir(join(directory, 'evidence'));
    await writeFile(join(directory, 'evidence', 'case-file.txt'), 'mine');
    await expect(prepareReport(directory)).rejects.toThrow(/has files that no run has written/);
    expect(await readFile(join(directory, 'evidence', 'case-file.txt'), 'utf8')).toBe('mine');
  });

  it('says in a sentence that a place cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(prepareReport(join(directory, 'file'))).rejects.toThrow(/cannot be written to .*file: /);
  });
});
