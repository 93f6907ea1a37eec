import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { list } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { broken, pathsOf, seal } from './manifest.ts';
import { opened, pack } from './pack.ts';

const about = {
  tool: { name: 'suite', version: '1' },
  ...{ catalogue: 'c', target: 't', startedAt: '2026-01-01T00:00:00.000Z', exitCode: 0, verdicts: { 'a/b': 'pass' } },
};
const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
  await mkdir(join(directory, 'evidence/a'), { recursive: true });
  await writeFile(join(directory, 'report.json'), '{}');
  await writeFile(join(directory, 'evidence/a/heard.wav'), Buffer.alloc(1000, 7));
  await seal(directory, about, ours.privateKey);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a sealed bundle', () => {
  it('is what it was, by its own check and by that of sha256sum', async () => {
    expect(await broken(directory, ours.publicKey)).toBeUndefined();
    expect(() => execFileSync('sha256sum', ['-c', '--strict', 'manifest.sha256'], { cwd: directory })).not.toThrow();
  });

  it('has the same root whenever it is sealed', async () => {
    const again = await seal(directory, about);
    expect((await seal(directory, about)).root).toBe(again.root);
    expect(again.files).toBe(2);
  });

  it('holds the mark of a folder that a run has made, and tells when it is another one', async () => {
    const mark = join(directory, 'evidence/.mediaservice-conformance');
    await writeFile(mark, 'ours\n');
    expect(await broken(directory, ours.publicKey)).toBe('evidence/.mediaservice-conformance was added later');
    await seal(directory, about, ours.privateKey);
    expect(await broken(directory, ours.publicKey)).toBeUndefined();
    await writeFile(mark, 'oups\n');
    expect(await broken(directory, ours.publicKey)).toBe('evidence/.mediaservice-conformance has changed');
  });

  it('has no part in what a target wrote, which comes when it is sealed', async () => {
    await writeFile(join(directory, 'evidence/target.log'), 'ready\n');
    expect(await broken(directory, ours.publicKey)).toBeUndefined();
  });

  it('holds what a run writes and nothing else that lies in its folder', async () => {
    for (const path of [
      'vendor.key.pem',
      'target.yaml',
      '.git/config',
      'node_modules/a/index.js',
      'repetition-1/report.json',
    ]) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), 'not ours');
    }
    await writeFile(join(directory, 'summary.md'), 'ours');
    await mkdir(join(directory, 'evidence/b'));
    await writeFile(join(directory, 'evidence/b/manifest.json'), 'kept by a test');
    const { files } = await seal(directory, about, ours.privateKey);
    const paths = ['evidence/a/heard.wav', 'evidence/b/manifest.json', 'report.json', 'summary.md'];
    expect(await pathsOf(directory)).toEqual(paths);
    expect(files).toBe(paths.length);
    expect(await broken(directory, ours.publicKey)).toBeUndefined();
    const file = `${directory}.tar.gz`;
    await pack(directory, file);
    const packed: string[] = [];
    await list({ file, onReadEntry: ({ path }) => packed.push(path) });
    await rm(file);
    expect(packed).toEqual(['manifest.json', 'manifest.sha256', 'manifest.sig', ...paths]);
  });

  it('comes out of its packed form as it went in', async () => {
    const file = join(directory, '..', `${Date.now()}-bundle.tar.gz`);
    await pack(directory, file);
    const { directory: unpacked, close } = await opened(file);
    expect(await broken(unpacked, ours.publicKey)).toBeUndefined();
    await close();
    await rm(file);
  });
});

describe('what somebody has done to it is found', () => {
  const path = (name: string): string => join(directory, name);
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a byte changed', () => flip(path('evidence/a/heard.wav'), 500), /^evidence\/a\/heard\.wav has changed$/],
    ['a byte added', () => appendFile(path('report.json'), ' '), /^report\.json has changed$/],
    ['a file taken away', () => rm(path('evidence/a/heard.wav')), /^evidence\/a\/heard\.wav is missing$/],
    ['a file added', () => writeFile(path('evidence/b'), ''), /^evidence\/b was added later$/],
    ['a hidden file added', () => writeFile(path('evidence/.b'), ''), /^evidence\/\.b was added later$/],
    [
      'a file added beside a manifest of its own',
      () => writeFile(path('evidence/a/manifest.json'), '{}'),
      /^evidence\/a\/manifest\.json was added later$/,
    ],
    ['the list changed', () => appendFile(path('manifest.sha256'), '\n'), /^manifest\.sha256 has changed/],
    ['the manifest changed', () => flip(path('manifest.json'), 30), /^manifest\.json is not what was signed/],
    ['the signature changed', () => flip(path('manifest.sig'), 3), /^manifest\.json is not what was signed/],
    ['the signature taken away', () => rm(path('manifest.sig')), /^The bundle is not signed/],
    [
      'sealed again with another key',
      () => seal(directory, about, theirs.privateKey),
      /^manifest\.json is not what was signed/,
    ],
  ])('%s', async (_, harm, sentence) => {
    await harm();
    expect(await broken(directory, ours.publicKey)).toMatch(sentence);
  });
});

describe('without a key, and signed or not,', () => {
  it.each([
    ['signed', ours.privateKey, ['manifest.json', 'manifest.sha256', 'manifest.sig', 'report.json']],
    ['not signed', undefined, ['manifest.sha256', 'report.json']],
  ] as const)('a change of any byte is found: %s', async (_, key, names) => {
    await seal(directory, about, key);
    expect(await broken(directory)).toBeUndefined();
    for (const name of names) {
      const path = join(directory, name);
      const { length } = await readFile(path);
      for (let at = 0; at < length; at++) {
        await flip(path, at);
        const why = await broken(directory).catch(() => 'is no JSON');
        expect(why, `byte ${at} of ${name}`).toBeDefined();
        await flip(path, at);
      }
    }
    expect(await broken(directory)).toBeUndefined();
  });

  it('a signature that is gone, or nobody has asked for, is told', async () => {
    await rm(join(directory, 'manifest.sig'));
    expect(await broken(directory)).toBe('The bundle is not signed: it has no manifest.sig');
    await seal(directory, about);
    await writeFile(join(directory, 'manifest.sig'), 'x');
    expect(await broken(directory)).toBe('manifest.sig is there, and manifest.json does not say by whom');
  });
});

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
