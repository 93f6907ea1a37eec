import { mediaPortContract } from './testing/contract.ts';
import { embedded } from './testing/embedded.ts';
import { relays } from './testing/relays.ts';

// Two threads: the legs of a call lie on different ones, so that joining goes across. One thread: within, by each relay that
// there is here; TypeScript is one of them wherever there are lanes at all.
mediaPortContract('embedded engine, two threads', embedded(2));
for (const [name, relay] of relays) {
  const parts = ['joined legs', 'talking', 'listening', 'recording'] as const;
  mediaPortContract(`embedded engine, one thread, ${name}`, embedded(1, relay), parts);
}
