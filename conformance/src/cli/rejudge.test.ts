import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aboutOf, readManifest, seal } from '../evidence/bundle/manifest.ts';
import type { Report } from '../report/model.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { openEvents } from './events.ts';
import { judge } from './judge.ts';
import { type RejudgeOptions, rejudgeBundle } from './rejudge.ts';
import { SettingsError } from './settings-error.ts';
import { fakeParts, ROWS, recordedIo } from './testing/world.ts';

let directory = '';
let bundle = '';
const files = ['good', 'mixed'] as const;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejudge-'));
  bundle = join(directory, 'report');
  const wish = { runner: 'auto', report: bundle, concurrency: 12, pack: join(directory, 'packed.tar.gz') } as const;
  await judge(wish, fakeParts(...files), recordedIo());
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function rejudged(options: Partial<RejudgeOptions> = {}, rows = ROWS): Promise<{ code: number; out: string }> {
  const io = recordedIo();
  const parts = { rows, files: () => fakeParts(...files).files };
  const code = await rejudgeBundle({ bundle, ...options }, parts, io);
  return { code, out: io.said.out };
}

/** What is in a file of gzip; undefined: it is damaged. */
function unpacked(file: Buffer): Buffer | undefined {
  try {
    return gunzipSync(file);
  } catch {
    return undefined;
  }
}

/** Changes a file, and seals the bundle again as if nothing had happened. */
async function forged(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(join(bundle, path), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(join(bundle, path), after);
  const report = JSON.parse(await readFile(join(bundle, 'report.json'), 'utf8')) as Report;
  await seal(bundle, aboutOf(report, (await readManifest(bundle)).catalogue));
}

describe('a bundle', () => {
  it.each([
    ['as a folder', () => bundle],
    ['in its packed form', () => join(directory, 'packed.tar.gz')],
  ])('is judged again %s, with the same verdicts', async (_, place) => {
    const { code, out } = await rejudged({ bundle: place() });
    expect(out).toMatch(/^\d+ files are as manifest\.json says; root [0-9a-f]{64}\nnot signed: /);
    expect(out.trimEnd().split('\n').at(-1)).toBe('judged again: 8 verdicts the same, 0 differences, 0 not re-judged');
    expect(code).toBe(EXIT.conformant);
  });

  it('is whole with the events, the packed form and the baseline of its run beside it, time after time', async () => {
    const baseline = join(bundle, 'baseline.yaml');
    const ndjson = join(bundle, 'events.ndjson');
    const packed = join(bundle, 'b.tar.gz');
    for (const time of ['once', 'twice']) {
      const io = recordedIo();
      const stream = openEvents(ndjson, io, []);
      const parts = { ...fakeParts(...files), ...(stream.events && { events: stream.events }) };
      const wish = { runner: 'auto', report: bundle, concurrency: 12, pack: packed, writeBaseline: baseline } as const;
      await judge(wish, parts, io).finally(() => stream.close());
      expect(await readFile(ndjson, 'utf8'), time).toContain('"run-finished"');
      expect(await readFile(baseline, 'utf8'), time).toContain('knownFailures');
      for (const place of [bundle, packed]) {
        const { code, out } = await rejudged({ bundle: place });
        expect(out, time).toContain(' 0 differences');
        expect(code, time).toBe(EXIT.conformant);
      }
    }
  });

  it('with a changed byte is not judged at all', async () => {
    await writeFile(join(bundle, 'report.html'), 'x');
    const { code, out } = await rejudged();
    expect(out).toBe('report.html has changed.\nThe bundle is not what was sealed; nothing in it was judged.\n');
    expect(code).toBe(EXIT.notConformant);
  });

  it('with any byte of its manifest changed is not judged at all, signed or not', async () => {
    const path = join(bundle, 'manifest.json');
    const text = await readFile(path);
    const unnoticed: string[] = [];
    for (let at = 0; at < text.length; at++) {
      const other = Buffer.from(text);
      other[at] = (other[at] ?? 0) ^ 1;
      await writeFile(path, other);
      const code = await rejudged({}, []).then(
        (one) => one.code,
        (error: unknown) => (error instanceof SettingsError ? EXIT.settings : EXIT.conformant),
      );
      if (code !== EXIT.notConformant) unnoticed.push(`${at}: ${code} ${other.subarray(at - 20, at + 5)}`);
    }
    expect(unnoticed).toEqual([]);
  });

  it.each(['', 'null', '[]', '7'])('whose manifest became %j is not judged at all', async (text) => {
    await writeFile(join(bundle, 'manifest.json'), text);
    const { code, out } = await rejudged();
    expect(out).toMatch(/manifest\.json.*\.\nThe bundle is not what was sealed; nothing in it was judged\.\n$/);
    expect(code).toBe(EXIT.notConformant);
  });

  it('with any byte of its packed form changed is not judged at all', async () => {
    const path = join(directory, 'packed.tar.gz');
    const whole = await readFile(path);
    const tar = gunzipSync(whole);
    // The first two say that it is gzip, the next eight nothing of the run; the last eight are its sum and length.
    const places = Array.from({ length: 120 }, (_, i) => 10 + Math.round((i * (whole.length - 11)) / 119));
    const unlike: string[] = [];
    for (const at of new Set([...places, ...Array.from({ length: 8 }, (_, i) => whole.length - 1 - i)])) {
      const other = Buffer.from(whole);
      other[at] = (other[at] ?? 0) ^ 4;
      // Where a copy is taken from may have changed, and the same octets stand there (RFC 1951 3.2.5): then the bundle has not.
      if (unpacked(other)?.equals(tar)) continue;
      await writeFile(path, other);
      const { code, out } = await rejudged({ bundle: path }).catch((error: Error) => ({ code: 2, out: error.message }));
      if (code !== EXIT.notConformant || !out.endsWith('not what was sealed; nothing in it was judged.\n'))
        unlike.push(`${at} of ${whole.length}: ${code} ${out}`);
    }
    expect(unlike).toEqual([]);
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['that was cut off', (whole) => whole.subarray(0, whole.length >> 1)],
    ['that is gzip and no tar', () => gzipSync('not a tar '.repeat(200))],
    [
      'that was unpacked to a tar and changed',
      (whole) => {
        const tar = gunzipSync(whole);
        const second = tar.indexOf('ustar', 512);
        return Buffer.concat([tar.subarray(0, second - 1), Buffer.from('x'), tar.subarray(second)]);
      },
    ],
  ])('in a packed form %s is not judged at all', async (_, change) => {
    const path = join(directory, 'packed.tar.gz');
    await writeFile(path, change(await readFile(path)));
    const { code, out } = await rejudged({ bundle: path });
    expect(out).toMatch(
      /packed\.tar\.gz is damaged or changed: .+\.\nThe bundle is not what was sealed; nothing in it was judged\.\n$/,
    );
    expect(code).toBe(EXIT.notConformant);
  });

  it('that states other verdicts than its evidence leads to is told, test and requirement', async () => {
    await forged('report.json', (text) => text.replace('"verdict": "fail"', '"verdict": "pass"'));
    const { code, out } = await rejudged();
    expect(out).toMatch(/^≠ .*: the report says pass, the evidence fail/m);
    expect(code).toBe(EXIT.notConformant);
  });

  it('of other tests is judged again, with a word of warning', async () => {
    await forged('evidence/run.json', (text) => text.replace(/"scenarios": "[0-9a-f]{8}/, '"scenarios": "00000000'));
    const { code, out } = await rejudged();
    expect(out).toContain('The tests of this suite are not those of the run');
    expect(code).toBe(EXIT.conformant);
  });

  it('that leaves a test out of its report is told', async () => {
    await forged('report.json', (text) => {
      const report = JSON.parse(text) as { tests: unknown[] };
      return JSON.stringify({ ...report, tests: report.tests.slice(1) });
    });
    const { code, out } = await rejudged();
    expect(out).toMatch(/^≠ .*: the report leaves it out$/m);
    expect(code).toBe(EXIT.notConformant);
  });
});

describe('a bundle that its maker has sealed again is found out when', () => {
  const reported = (change: (report: Report) => unknown) => (text: string) =>
    `${JSON.stringify(change(JSON.parse(text) as Report), null, 2)}\n`;
  it.each<[string, string, (text: string) => string, RegExp]>([
    [
      'the target has another name',
      'report.json',
      reported((report) => ({ ...report, target: { ...report.target, name: 'somebody' } })),
      /^≠ target: name: the report says "somebody", the evidence "nobody"$/m,
    ],
    [
      'the target claims more',
      'report.json',
      reported((report) => ({ ...report, target: { ...report.target, capabilities: ['tcp'] } })),
      /^≠ target: capabilities\.0: the report says "tcp", the evidence nothing$/m,
    ],
    [
      'traffic was never seen',
      'report.json',
      (text) => text.replace(/"calls": 1\b/, '"calls": 7'),
      /calls: the report says 7, the evidence 1/m,
    ],
    [
      'a profile is met',
      'report.json',
      (text) => text.replace(/"state": "(?!conformant)[^"]*"/, '"state": "conformant"'),
      /^≠ profiles: .*state: the report says "conformant"/m,
    ],
    [
      'it was run in a part',
      'report.json',
      reported((report) => ({ ...report, settings: { ...report.settings, selection: { area: 'ivr' } } })),
      /^≠ settings: selection: the report says \{"area":"ivr"\}, the evidence nothing$/m,
    ],
    [
      'the page says something else',
      'report.html',
      (text) => text.replace('</main>', 'everything passed</main>'),
      /^≠ report\.html: it is not what report\.json and the timelines make$/m,
    ],
    ...['summary.md', 'badge.svg', 'badge.json', 'junit.xml', 'ctrf.json', 'report.tap'].map(
      (name): [string, string, (text: string) => string, RegExp] => [
        `${name} says something else`,
        name,
        () => 'everything passed',
        new RegExp(`^≠ ${name.replace('.', '\\.')}: it is not what`, 'm'),
      ],
    ),
  ])('%s', async (_, path, change, sentence) => {
    await forged(path, change);
    const { code, out } = await rejudged();
    expect(out).toMatch(sentence);
    expect(code).toBe(EXIT.notConformant);
  });

  it('a part of the tests is said to be all', async () => {
    await judge({ runner: 'auto', report: bundle, concurrency: 12, area: 'ivr' }, fakeParts(...files), recordedIo());
    expect((await rejudged()).code).toBe(EXIT.conformant);
    const whole = (text: string) => {
      const { settings, ...rest } = JSON.parse(text) as Report;
      const { selection: _, ...others } = settings;
      return `${JSON.stringify({ ...rest, settings: others }, null, 2)}\n`;
    };
    await forged('report.json', whole);
    await forged('evidence/run.json', whole);
    const { code, out } = await rejudged();
    expect(out).toMatch(/^≠ settings\.selection: the report does not say which part of the tests was run$/m);
    expect(code).toBe(EXIT.notConformant);
  });
});

describe('what cannot be judged', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a folder without a manifest', () => rejudged({ bundle: directory }), /is no bundle: it has no manifest\.json\.$/],
    [
      'a file that is not there',
      () => rejudged({ bundle: join(directory, 'nothing') }),
      /cannot be opened: there is no such file or folder\.$/,
    ],
    ['a bundle of other requirements', () => rejudged({}, ROWS.slice(1)), /Judge it with the suite that made it\.$/],
    ['a key that is none', () => rejudged({ key: join(bundle, 'report.json') }), /cannot be read as a public key/],
  ])('%s', async (_, work, sentence) => {
    await expect(work()).rejects.toThrow(sentence);
  });
});
