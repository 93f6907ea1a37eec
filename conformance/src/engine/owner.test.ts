import { describe, expect, it } from 'vitest';
import { isOrphan, labels, ownLabels } from './owner.ts';

const mine = ownLabels('a run');
const [, birth = ''] = (mine[labels.process] ?? '').split('/');

describe('what is an orphan', () => {
  it.each<[string, Record<string, string | undefined>, boolean]>([
    ['what this process made', mine, false],
    ['what a process made that had our id before us', { ...mine, [labels.process]: `${process.pid}/0-1` }, true],
    ['what a process made that is no more', { ...mine, [labels.process]: `4194305/${birth}` }, true],
    ['what another machine made', { ...mine, [labels.machine]: 'elsewhere', [labels.process]: '4194305/0-1' }, false],
    ['what tells no maker', { [labels.run]: 'a run' }, false],
  ])('%s', (_name, found, orphan) => {
    expect(isOrphan(found)).toBe(orphan);
  });
});
