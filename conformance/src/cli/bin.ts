/** Starts the program. What checks the version of Node before this is loaded is in bin/. */
import { processIo } from './io.ts';
import { main } from './main.ts';

const exitCode = await main(process.argv.slice(2), processIo());
// A scenario that was stopped may hold its thread for ever; all that matters is written by now.
process.stdout.write('', () => process.exit(exitCode));
