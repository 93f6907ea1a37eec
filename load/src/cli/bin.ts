/** Starts the program. What checks the version of Node before this is loaded is in bin/. */
import { processIo } from '@mediaservice/conformance/kit';
import { main } from './main.ts';

// Somebody who reads no further (`| head -1`) ends no run: its report is written, and it ends as it would.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const exitCode = await main(process.argv.slice(2), processIo());
process.stdout.write('', () => process.exit(exitCode));
