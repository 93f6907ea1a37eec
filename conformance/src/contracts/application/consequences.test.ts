import { readFileSync } from 'node:fs';
import type { CallbackName } from '@mediaservice/spec';
import { expect, it } from 'vitest';
import { consequenceOf, type Fault } from './consequences.ts';

const document = readFileSync(new URL('../../../../docs/wrong-answers.md', import.meta.url), 'utf8');

/** A row of the document's table by HTTP answer: the cells behind the callback's name. */
function cells(name: CallbackName): readonly string[] {
  const line = document.split('\n').find((one) => one.startsWith(`| \`${name}\` | `)) ?? '';
  return line
    .split(' | ')
    .slice(1)
    .map((cell) => cell.replace(/ \|$/, ''));
}

const columns: readonly Fault[] = ['failed', 'empty', 'no object'];
const asked: readonly (readonly [CallbackName, last: Fault | undefined])[] = [
  ['newCall', 'no action'],
  ['callEvent', 'no action'],
  ['getIvrCommand', 'nothing to do'],
  ['getCallIdentifier', undefined],
];

it.each(asked)('%s has the consequences of docs/wrong-answers.md', (name, last) => {
  const faults = last === undefined ? columns : [...columns, last];
  const told = faults.map((fault) => {
    const { sip, alarm } = consequenceOf(name, fault);
    return alarm === undefined ? sip : `${sip}, \`${alarm}\``;
  });
  expect(cells(name).slice(0, faults.length)).toEqual(told);
});

it.each<[CallbackName, Fault, string]>([
  [
    'newCall',
    'unknown action',
    '| `newCall` | 480, `newCallEventError: newCall response with unknown action` | an unknown action;',
  ],
  [
    'newCall',
    'unknown drop code',
    '| `newCall` | 603, `newCallEventError: newCall response with unknown action` | drop with "lunch";',
  ],
  ['newCall', 'bad address', '| `newCall` | 480, `callEventError: Invalid sip address: …` |'],
  ['newCall', 'bad monitor address', '| `newCall` | the call goes on, `callEventError: Invalid sip address: …` |'],
  ['callEvent', 'unknown action', '| `callEvent` | BYE, `callEventError: callEvent response with unknown action` |'],
  ['callEvent', 'bad address', '| `callEvent` | BYE, `callEventError: Invalid sip address: …` |'],
  ['getIvrCommand', 'bad phrase', '| `getIvrCommand` | the call goes on, `ivrCommandError: phraseError` |'],
])('%s with %s is as docs/wrong-answers.md says', (name, fault, line) => {
  const { sip, alarm } = consequenceOf(name, fault);
  expect(document).toContain(line);
  expect(line.startsWith(`| \`${name}\` | ${sip}, \`${alarm}\` |`)).toBe(true);
});
