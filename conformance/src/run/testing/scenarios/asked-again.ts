import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fake } from '../declare.ts';

// As in flaky.ts: a repetition is known by how often this file was imported.
const file = join(tmpdir(), `flaky-${process.pid}`);
appendFileSync(file, '.');
fake('session/steady', 'pass');
fake(
  'session/held-up',
  'pass',
  readFileSync(file).length === 1 ? { slug: 'b', heldUp: 'the machine stood still for 900 ms' } : { slug: 'b' },
);
