/** What may relay packets of joined legs on this machine, for tests that run on each. */
import { findAddon } from '../addon.ts';
import type { MediaEngineOptions } from '../options.ts';

export const relays: readonly (readonly [string, NonNullable<MediaEngineOptions['relay']>])[] = [
  ...(process.platform === 'linux' ? ([['TypeScript', 'typescript']] as const) : []),
  ...(findAddon() === undefined ? [] : ([['the addon', 'auto']] as const)),
];
