/** The contract of the media port on a FreeSWITCH, where the environment names one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { startSipEngine } from '../../sip-engine/engine.ts';
import { createFilePromptStore } from '../../storage/file-prompt-store.ts';
import { tone } from '../core/tone.ts';
import { writeWav } from '../core/wav.ts';
import { type ContractOptions, type MediaPortUnderTest, mediaPortContract } from '../testing/contract.ts';
import { createFreeSwitchEngine } from './create.ts';
import { differences } from './testing/differences.ts';
import { NONE, type TestSwitch, testSwitch } from './testing/settings.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const secret = 'between the test and its SIP engine';

const start =
  ({ at, directory }: TestSwitch) =>
  async (options: ContractOptions): Promise<MediaPortUnderTest> => {
    const sip = await startSipEngine({
      sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
      app: { host: '127.0.0.1', port: 0, secret },
    });
    const home = await mkdtemp(join(tmpdir(), 'media-'));
    const prompts = createFilePromptStore({ directory: home });
    const engine = await createFreeSwitchEngine({
      ...options,
      servers: [at],
      sip: [{ ...sip.appAddress, secret }],
      directory,
      connectSeconds: 20,
      prompts,
      tts: {
        speak: async () => ({ wav: writeWav([tone([1800], 200)], 8000), key: 'speech' }),
        close: async () => undefined,
      },
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
        await sip.close();
        await rm(home, { recursive: true });
      },
    };
  };

const named = testSwitch();
if (named === undefined)
  describe('FreeSWITCH', () => it.skip(`the contract of the media port: ${NONE}`, () => undefined));
else mediaPortContract('FreeSWITCH', start(named), undefined, differences);
