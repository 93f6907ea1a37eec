import { fileURLToPath } from 'node:url';
import type { HarnessSettings } from '../../harness/types.ts';

/** Settings that fit the types and lead nowhere: the stand-in scenarios use no driver. */
export const NO_HARNESS: HarnessSettings = {
  runner: 'local',
  environment: {},
  epoch: 0,
  target: {
    name: 'nobody',
    rest: { baseUrl: 'http://127.0.0.1:9' },
    domain: 'nowhere',
    credentials: { kind: 'bearer', token: 'x' },
    sip: { host: '127.0.0.1', port: 9, transport: 'udp' },
    callbacks: { baseUrl: 'http://127.0.0.1:9', alarmUrl: 'http://127.0.0.1:9/alarm' },
    numbers: { prefix: '+4610', first: 0, last: 9 },
    suite: { host: '127.0.0.1' },
    tenants: {},
    capabilities: [],
    timers: { callbackTimeoutMs: 1, dtmfGraceMs: 1, quietMs: 1, stepMs: 1 },
  },
};

/** Paths of the stand-in scenario files. */
export function fakeFiles(...names: readonly string[]): string[] {
  return names.map((name) => fileURLToPath(new URL(`scenarios/${name}.ts`, import.meta.url)));
}
