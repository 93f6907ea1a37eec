// A process of its own that judges a scenario which never ends, so that a test can press Ctrl-C.
import { processIo } from '../io.ts';
import { judge } from '../judge.ts';
import { fakeParts } from './world.ts';

const [report = ''] = process.argv.slice(2);
const exitCode = await judge({ runner: 'auto', report, concurrency: 4 }, fakeParts('endless'), processIo());
process.stdout.write('', () => process.exit(exitCode));
