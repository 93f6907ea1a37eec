/** Starts the program. What checks the version of Node before this is loaded is in bin/. */
import { processIo } from '@mediaservice/conformance/kit';
import { main } from './main.ts';

const exitCode = await main(process.argv.slice(2), processIo());
process.stdout.write('', () => process.exit(exitCode));
