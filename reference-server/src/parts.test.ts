import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSettings } from './config/load.ts';
import type { Config } from './config/types.ts';
import { productionParts } from './parts.ts';
import { startFakeS3 } from './testing/fake-s3.ts';
import { startFakeSpeech } from './testing/fake-speech.ts';

let directory: string;
let closers: (() => Promise<unknown>)[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parts-'));
  closers = [];
});
afterEach(async () => {
  await Promise.all(closers.map((close) => close()));
  await rm(directory, { recursive: true });
});

const settings = (...given: readonly [path: string, value: unknown][]): Promise<Config> =>
  checkSettings({
    environment: {},
    overrides: [['storage.directory', directory] as const, ...given].map(([path, value]) => ({
      option: 'test',
      path: path.split('.'),
      value,
    })),
  });
const key = { region: 'eu-north-1', accessKeyId: 'AKIATEST', accessKeySecret: 'secret' };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('what the settings choose', () => {
  it('prompts lie in the directory, or in the bucket', async () => {
    const s3 = await startFakeS3('prompts', 'AKIATEST');
    closers.push(() => s3.close());
    const local = await productionParts.prompts(await settings(), silent);
    await local.put('a.example', 'x.wav', Uint8Array.of(1));
    expect(await readdir(join(directory, 'prompts', 'a.example'))).toEqual(['x.wav']);
    const bucket = { bucket: 'prompts', prefix: 'ivr/', pathStyle: true, endpoint: s3.endpoint, ...key };
    const remote = await productionParts.prompts(await settings(['storage.s3', bucket]), silent);
    await remote.put('a.example', 'y.wav', Uint8Array.of(1));
    expect([...s3.objects.keys()]).toEqual(['ivr/a.example/y.wav']);
  });

  it('Polly speaks where it has credentials', async () => {
    const cloud = await startFakeSpeech();
    closers.push(() => cloud.close());
    const config = await settings(['tts.polly', { endpoint: cloud.endpoint, ...key }]);
    const tts = await productionParts.tts(config, silent);
    await tts.speak({ provider: 'aws', parameters: { Text: 'hi' } });
    await tts.close();
    expect(cloud.asked.map(({ path }) => path)).toEqual(['POST /v1/speech']);
  });

  it.each([
    ['@aws-sdk/client-s3', 'storage.s3', { bucket: 'prompts', ...key }, 'prompts'],
    ['@aws-sdk/client-polly', 'tts.polly', key, 'tts'],
    ['@google-cloud/text-to-speech', 'tts.google', { keyFile: 'key.json' }, 'tts'],
  ] as const)('without %s a server that wants it does not start, and says why', async (name, path, value, part) => {
    vi.doMock(name, () => {
      throw new Error('Cannot find package');
    });
    const config = await settings([path, value]);
    const made = (async () => productionParts[part](config, silent))();
    await expect(made).rejects.toThrow(new RegExp(`^${path} needs .*npm install ${name}`));
    vi.doUnmock(name);
    // Whoever does not want it is not troubled.
    expect(await productionParts.prompts(await settings(), silent)).toBeDefined();
  });
});
