// A process of its own that judges a scenario which never ends, so that a test can press Ctrl-C: `interruptible REPORT [TARGET]`.
import { processIo } from '../io.ts';
import { judge } from '../judge.ts';
import { openTarget } from '../open.ts';
import { fakeParts } from './world.ts';

const [report = '', file] = process.argv.slice(2);
const io = processIo();
const parts = fakeParts('endless');
const open = file === undefined ? parts.open : () => openTarget(file, io.env);
const exitCode = await judge({ runner: 'auto', report, concurrency: 4 }, { ...parts, open }, io);
process.stdout.write('', () => process.exit(exitCode));
