/** The tables of this folder for readers, as Markdown. */
import { type CallbackName, callbackNames, isAsking } from '@mediaservice/spec';
import { wrongBodies } from './bodies.ts';
import { type Amounts, kinds, places } from './kinds.ts';
import { outcomes } from './outcomes.ts';

type Told = { readonly alarms: readonly string[]; readonly sip: string | number };

const cell = ({ alarms, sip }: Told): string =>
  [sip === 'goes on' ? 'the call goes on' : String(sip), ...alarms.map((alarm) => `\`${alarm}\``)].join(', ');

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const escaped = (text: string): string => text.replaceAll('|', '\\|');

const amounts: Readonly<Record<Amounts, string>> = {
  failed: 'no usable answer',
  empty: 'nothing',
  'no object': 'JSON that is no object',
  'empty object': 'an object without content',
};

const consequences = (): readonly string[] => {
  const names = callbackNames.filter(isAsking);
  return [
    row('callback', ...Object.values(amounts)),
    row(...['callback', ...Object.values(amounts)].map(() => '---')),
    ...names.map((name) => row(`\`${name}\``, ...amountsOf(name))),
  ];
};

const amountsOf = (name: CallbackName): readonly string[] =>
  (Object.keys(amounts) as Amounts[]).map((each) => cell(outcomes[name][each]));

const counted = (): readonly string[] => [
  row('callback', 'outcome', 'what was answered'),
  row('---', '---', '---'),
  ...Object.entries(
    Object.groupBy(wrongBodies, ({ callback, outcome }) => `\`${callback}\` | ${cell(told(outcome))}`),
  ).map(
    ([key, rows = []]) => `| ${key} | ${[...new Set(rows.map(({ name, kind = name }) => escaped(kind)))].join('; ')} |`,
  ),
];

/** The address is in the error itself; one row stands for all. */
const told = ({ alarms, sip }: Told): Told => ({
  sip,
  alarms: alarms.map((alarm) => alarm.replace(/(Invalid sip address: ).*/s, '$1…')),
});

export const table = (): string => `# Wrong answers

What an application's wrong answer to a callback leads to: the SIP outcome for the party that the callback is about, and the
alarm. Written from the tables that \`reference-server/src/testing/wrong-answers\` tests the reference server with; the
decisions are D-BADANSWER, D-ALARM, D-IVRFAIL, D-OTHERSESSION and D-ANSWERSIZE of \`spec/interpretations.md\`. In every case
the session ends with one sessionCompleted and leaves no leg, media port, timer or callback behind.

## By HTTP answer

${consequences().join('\n')}

With an emergency fallback \`onError\` the call of newCall and getCallIdentifier goes to its address in place of the 480, and the
alarm \`emergencyFallback: triggeredByError\` follows the one above. With \`always\` neither is asked.

What is told and not asked (${callbackNames
  .filter((name) => !isAsking(name))
  .map((name) => `\`${name}\``)
  .join(', ')}) is answered by anything: the call goes on, without an alarm. It is sent again after a 5xx and after a
broken connection, as often as the domain's settings say; a question never is.

Tested with each of the ten callbacks:

| what was answered | amounts to |
| --- | --- |
${[
  ...kinds.map(({ name, amounts: to }) => row(name, amounts[to])),
  ...places.map(({ name }) => row(name, amounts.failed)),
].join('\n')}

## By JSON

${counted().join('\n')}
`;
