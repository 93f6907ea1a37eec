/** Connects to the FreeSWITCHes and makes the media port of them. */
import type { MediaEngine } from '../options.ts';
import { Carriers } from './carriers.ts';
import { FreeSwitchEngine } from './engine.ts';
import { Fleet } from './fleet.ts';
import { FsmrfSwitch } from './fsmrf-switch.ts';
import type { FreeSwitchOptions } from './options.ts';
import { Waves } from './waves.ts';

export interface FreeSwitchEngineOptions extends FreeSwitchOptions {
  /** How long a start waits. */
  readonly connectSeconds: number;
}

export class FreeSwitchMissing extends Error {
  readonly code = 'FREESWITCH_MISSING';
}

/**
 * Resolves when every FreeSWITCH is connected, or after so many seconds when at least one is.
 * @throws FreeSwitchMissing when none is by then.
 */
export async function createFreeSwitchEngine(options: FreeSwitchEngineOptions): Promise<MediaEngine> {
  const { servers, sip, directory, connectSeconds, log } = options;
  const waves = new Waves(directory);
  await waves.open();
  const carriers = new Carriers(sip, log);
  const switches = servers.map((at, turn) => new FsmrfSwitch({ at, carriers, turn, log }));
  const fleet = new Fleet(switches);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, connectSeconds * 1000);
  await Promise.race([Promise.all(switches.map(({ connected }) => connected)), late]).finally(() =>
    clearTimeout(timer),
  );
  if (fleet.up === 0) {
    await fleet.close();
    carriers.close();
    const why = switches.map(({ at: { host, port }, missing }) => `${host}:${port}: ${missing}`).join('; ');
    throw new FreeSwitchMissing(`no FreeSWITCH can be used after ${connectSeconds} s: ${why}`);
  }
  const engine = new FreeSwitchEngine(options, fleet, waves);
  const shutdown = engine.shutdown.bind(engine);
  engine.shutdown = async () => {
    await shutdown();
    carriers.close();
  };
  return engine;
}
