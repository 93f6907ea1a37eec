import { expect, it } from 'vitest';
import { why } from './why.ts';

const failed = (code: string): Error =>
  Object.assign(new Error(`${code}: some words of the system, open '/x'`), { code });

it.each([
  ['what is not there', failed('ENOENT'), 'there is no such file or folder'],
  ['a folder in place of a file', failed('EISDIR'), 'it is a folder'],
  ['what nobody has words for', failed('EWHAT'), "EWHAT: some words of the system, open '/x'"],
  ['the first line of many', new Error('Bad at line 2, column 1:\n\nx: [\n'), 'Bad at line 2, column 1'],
  ['what is no error', 'nothing', 'nothing'],
])('%s', (_name, cause, words) => {
  expect(why(cause)).toBe(words);
});

it('of what is not there, as the one who asks knows it', () => {
  expect(why(failed('ENOENT'), 'there is no such folder')).toBe('there is no such folder');
  expect(why(failed('EACCES'), 'there is no such folder')).toBe('permission denied');
});
