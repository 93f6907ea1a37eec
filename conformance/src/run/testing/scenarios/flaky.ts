import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fake } from '../declare.ts';

// Each import of this file is a repetition, in a thread of its own: only a file remembers how many there were.
const file = join(tmpdir(), `flaky-${process.pid}`);
appendFileSync(file, '.');
fake('session/steady', 'pass');
fake('session/flaky', readFileSync(file).length === 2 ? 'fail' : 'pass', { slug: 'b' });
