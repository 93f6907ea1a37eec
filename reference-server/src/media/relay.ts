/** Which lanes there are: chosen once for the engine, made in each of its threads. */
import type { LogPort } from '../session/ports.ts';
import { builtAddon, loadAddon } from './addon.ts';
import { AddonLanes } from './addon-lanes.ts';
import type { Lanes } from './lanes.ts';
import type { ThreadData } from './messages.ts';
import type { MediaEngineOptions } from './options.ts';
import { SocketLanes } from './socket-lanes.ts';

/** Says what was chosen. Sockets cannot share a port everywhere; where they cannot, every packet goes through the whole engine. */
export function chooseRelay(wanted: MediaEngineOptions['relay'], log: LogPort): ThreadData['relay'] {
  const relay = choose(wanted ?? 'auto', log);
  const by = typeof relay === 'string' ? relay : 'addon';
  log.info({ by }, 'relay of packets between joined legs');
  return relay;
}

function choose(wanted: NonNullable<MediaEngineOptions['relay']>, log: LogPort): ThreadData['relay'] {
  if (wanted === 'off' || process.platform !== 'linux') return 'none';
  if (wanted !== 'auto') return 'typescript';
  const { path: addon, stale } = builtAddon();
  if (addon === undefined) {
    if (stale.length > 0) log.warn({ stale }, 'the addon was built from another source: npm install builds it anew');
    return 'typescript';
  }
  try {
    loadAddon(addon);
    return { addon };
  } catch (error) {
    log.warn({ addon, error: String(error) }, 'the addon cannot be loaded');
    return 'typescript';
  }
}

/** `now` is the clock of all that they are told and tell, in milliseconds. */
export function makeLanes(relay: ThreadData['relay'], now: () => number): Lanes | undefined {
  if (relay === 'none') return undefined;
  return relay === 'typescript' ? new SocketLanes(now) : new AddonLanes(loadAddon(relay.addon), now);
}
