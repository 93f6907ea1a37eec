import { Worker, type WorkerOptions } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { RecordingId } from '../session/ids.ts';
import { type PromptStore, type PromptWriter, StorageError } from '../storage/prompt-store.ts';
import { memoryPrompts } from '../testing/memory-prompts.ts';
import { tone } from './core/tone.ts';
import type { MediaEngineOptions } from './options.ts';
import { engineStage, noPrompts } from './testing/engine-stage.ts';
import { poll } from './testing/until.ts';

const { call, event, events, start } = engineStage();

describe('a recording of two parties', () => {
  const begin = async (prompts: PromptStore, fileName: string, changes: Partial<MediaEngineOptions> = {}) => {
    const media = start({ prompts, ...changes });
    const [a, b] = [await call(media, 'a'), await call(media, 'b')];
    const recording = 'r' as RecordingId;
    media.startRecording({ id: recording, domain: 'd', fileName, left: a.leg, right: b.leg });
    return { media, recording, a, b };
  };
  const record = async (prompts: PromptStore, fileName: string, changes?: Partial<MediaEngineOptions>) => {
    const { media, recording, a } = await begin(prompts, fileName, changes);
    await a.far.talk(tone([800], 200));
    media.stopRecording(recording);
    return { media, told: await event('media.recorded') };
  };
  const writer = (changes: Partial<PromptWriter>, happened: string[]): PromptStore => ({
    ...noPrompts,
    create: async () => ({
      write: async () => undefined,
      commit: async () => ({ size: 1, etag: 'x', modified: 0 }),
      abort: async () => void happened.push('abort'),
      ...changes,
    }),
  });
  const full = () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full'));
  const both = ['call.wav', 'call.mp3'];

  it.each<[string, string, Partial<PromptWriter>]>(
    both.flatMap((name) => [
      [name, 'while it is written', { write: full }],
      [name, 'when it is completed', { commit: full }],
    ]),
  )('%s says so when the disk is full %s, and leaves nothing', async (name, _, changes) => {
    const happened: string[] = [];
    const { told } = await record(writer(changes, happened), name);
    expect(told).toEqual({
      type: 'media.recorded',
      recording: 'r',
      silent: ['right'],
      failure: 'disk full',
      span: expect.any(Object),
    });
    expect(happened).toEqual(['abort']);
  });

  it.each(both)('%s says so when the file cannot be made', async (name) => {
    expect((await record(noPrompts, name)).told).toMatchObject({ failure: 'disk full' });
  });

  it('says so when there is no such format', async () => {
    const { told } = await record(noPrompts, 'call.ogg');
    expect(told).toMatchObject({ failure: expect.stringMatching(/no format: \.wav and \.mp3/), silent: [] });
  });

  /** Keeps hold of the threads by their names. */
  const threads = () => {
    const started = new Map<string, Worker>();
    const startThread = (script: URL, options: WorkerOptions): Worker => {
      const worker = new Worker(script, options);
      started.set(options.name ?? '', worker);
      return worker;
    };
    return { started, startThread };
  };

  it.each(both)('%s: the media thread dies: what was stored until then is kept, and told as failed', async (name) => {
    const { started, startThread } = threads();
    const prompts = memoryPrompts();
    const { media, a, b } = await begin(prompts, name, { startThread });
    const saying = Promise.all([a.far.talk(tone([800], 2600)), b.far.talk(tone([1200], 2600))]);
    await saying;
    await started.get('media-0')?.terminate();
    const told = await event('media.recorded');
    expect(told).toMatchObject({ failure: 'the media thread died', bytes: (await prompts.get('d', name)).size });
    // Whole seconds were handed over.
    if (name.endsWith('.wav')) expect(told.bytes).toBeGreaterThanOrEqual(44 + 32_000);
    else expect(told.bytes).toBeGreaterThanOrEqual(7_800);
    expect(events.filter(({ type }) => type === 'media.recorded')).toHaveLength(1);
    await poll(() => media.stats().workers === 1, 'another thread');
  });

  it('the thread that encodes dies: nothing is kept, the next recording has another one', async () => {
    const { started, startThread } = threads();
    const prompts = memoryPrompts();
    const { media, recording, a, b } = await begin(prompts, 'call.mp3', { startThread });
    await a.far.talk(tone([800], 200));
    await started.get('media-encode')?.terminate();
    media.stopRecording(recording);
    expect(await event('media.recorded')).toMatchObject({ failure: 'the thread that encodes MP3 died' });
    await expect(prompts.get('d', 'call.mp3')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    events.length = 0;
    const again = 'again' as RecordingId;
    media.startRecording({ id: again, domain: 'd', fileName: 'call.mp3', left: a.leg, right: b.leg });
    await Promise.all([a.far.talk(tone([800], 200)), b.far.talk(tone([900], 200))]);
    media.stopRecording(again);
    const { size } = await event('media.recorded').then(() => prompts.stat('d', 'call.mp3'));
    expect(await event('media.recorded')).toEqual({
      type: 'media.recorded',
      recording: again,
      bytes: size,
      silent: [],
      span: expect.any(Object),
    });
  });
});
