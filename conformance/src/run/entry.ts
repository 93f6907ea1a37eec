// The one file that the runner is given: it imports all scenarios, so that they share a worker, its drivers and its
// ports, and so that those of different files run side by side.
import { beforeEach, inject } from 'vitest';
import { metaOf, NOT_SELECTED } from './meta.ts';
import { selects } from './selection.ts';

const { files, selection } = inject('run');

beforeEach(({ task, skip }) => {
  if (!selects(selection, metaOf(task.name, task.meta))) skip(NOT_SELECTED);
});

for (const file of files) await import(/* @vite-ignore */ file);
