/** What the runtime is told of the memory of this process. */
import { setFlagsFromString } from 'node:v8';

/**
 * Leaves the room for young objects as large as it is after loading, some 20 MB. The runtime would double it whenever many
 * calls arrive at once, up to 100 MB that a server then keeps; a call costs no less CPU for it (docs/call-performance.md).
 */
export function keepYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
