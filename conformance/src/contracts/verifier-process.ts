/**
 * Pact's verifier in a process of its own: it is native code with threads of its own, it prints what it likes, and it ends
 * with the process that asked for it. Its argument is the folder of the pacts to be read.
 */
import { rmSync } from 'node:fs';
import { Verifier, type VerifierOptions } from '@pact-foundation/pact-core';

/** What the process is asked, and what it tells. */
export interface Order {
  readonly id: number;
  readonly options: VerifierOptions;
}
export interface Told {
  readonly id: number;
  readonly ok: boolean;
  /** What the library found, its own JSON as text; of a crash its words. */
  readonly found: string;
}

// Wrong options are thrown before there is a promise.
const verify = async (options: VerifierOptions): Promise<string> => new Verifier(options).verify();

process.on('message', async ({ id, options }: Order) => {
  const told = await verify(options).then(
    (found): Told => ({ id, ok: true, found: String(found) }),
    (error: unknown): Told => ({ id, ok: false, found: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.(told);
});
process.on('disconnect', () => process.exit());
// Also when the one who asked was killed: nothing of it stays.
process.on('exit', () => {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
