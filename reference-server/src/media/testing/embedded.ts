/** The embedded engine as its contract wants it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilePromptStore } from '../../storage/file-prompt-store.ts';
import type { Tts } from '../../tts/tts.ts';
import { tone } from '../core/tone.ts';
import { writeWav } from '../core/wav.ts';
import { createMediaEngine } from '../engine.ts';
import type { MediaEngineOptions } from '../options.ts';
import type { ContractOptions, MediaPortUnderTest } from './contract.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tts: Tts = {
  speak: async () => ({ wav: writeWav([tone([1800], 200)], 8000), key: 'speech' }),
  close: async () => undefined,
};

/** Elsewhere each time: what another program still sends to ports of its last call would be taken for the far end. */
const FROM = 20_000 + 2 * Math.floor(Math.random() * 4000);

/** Starts the embedded engine, for its contract. */
export const embedded =
  (workers: number, relay: MediaEngineOptions['relay'] = 'auto') =>
  async (options: ContractOptions): Promise<MediaPortUnderTest> => {
    const directory = await mkdtemp(join(tmpdir(), 'media-'));
    const prompts = createFilePromptStore({ directory });
    const engine = createMediaEngine({
      ...options,
      address: '127.0.0.1',
      portRange: { from: FROM, to: FROM + 3999 },
      workers,
      relay,
      prompts,
      tts,
      log,
    });
    return {
      port: engine,
      putPrompt: async (domain, name, bytes) => {
        await prompts.put(domain, name, bytes);
      },
      getPrompt: async (domain, name) => (await prompts.get(domain, name)).bytes,
      inUse: () => engine.stats(),
      stop: async () => {
        await engine.shutdown();
        await rm(directory, { recursive: true });
      },
    };
  };
