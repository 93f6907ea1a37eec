/** The application's process, as the run sees it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SettingsError } from '@mediaservice/conformance/kit';
import type { ApplicationSetting, Ready, Window } from '../webhook/protocol.ts';

export interface RunningApplication {
  readonly ready: Ready['ready'];
  readonly pid: number | undefined;
  /** Resolves with a sentence when it ends by itself. */
  readonly died: Promise<string>;
  /** Its last window has been handed over when this resolves. */
  stop(): Promise<void>;
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`../webhook/process.${extension}`, import.meta.url));
const stopMs = 3000;

/** @throws {SettingsError} when it cannot listen where the target sends its callbacks. */
export async function startApplication(
  setting: ApplicationSetting,
  env: Readonly<Record<string, string | undefined>>,
  onWindow: (window: Window) => void,
): Promise<RunningApplication> {
  const child = spawn(process.execPath, [program, JSON.stringify(setting)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const ready = Promise.withResolvers<Ready['ready']>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Ready | Window;
    if ('ready' in said) ready.resolve(said.ready);
    else onWindow(said);
  });
  const closed = once(child, 'close').finally(() => process.off('exit', kill));
  const died = closed.then(() => `the application of this kit ended: ${errors[0] ?? 'it said nothing'}`);
  let stopping = false;
  const addresses = await Promise.race([
    ready.promise,
    died.then((why) => {
      throw new SettingsError('port-in-use', `Callbacks cannot be answered at ${setting.callbacksUrl}: ${why}.`);
    }),
  ]);
  return {
    ready: addresses,
    pid: child.pid,
    died: died.then((why) => (stopping ? new Promise<string>(() => undefined) : why)),
    stop: async () => {
      if (stopping) {
        await closed;
        return;
      }
      stopping = true;
      child.stdin.end();
      const timer = setTimeout(kill, stopMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
