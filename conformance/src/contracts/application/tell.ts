/** What came of a replay, for people, for programs and for CI. Pure. */
import { type CallbackName, callbackNames } from '@mediaservice/spec';
import { xml } from '../../report/junit.ts';
import type { Paint } from '../../run/progress.ts';
import type { Finding } from './judge.ts';
import type { Tried } from './replay.ts';

/** By callback, in the document's order. */
export function byCallback(tried: readonly Tried[]): readonly (readonly [CallbackName, readonly Tried[]])[] {
  const groups = Map.groupBy(tried, ({ name }) => name);
  return callbackNames.flatMap((name) => {
    const own = groups.get(name);
    return own === undefined ? [] : [[name, own] as const];
  });
}

export const isRight = (tried: readonly Tried[]): boolean => tried.every(({ findings }) => findings.length === 0);

/** The last line; scripts read it, so its form never changes. */
export function summary(tried: readonly Tried[]): string {
  const groups = byCallback(tried);
  const right = groups.filter(([, own]) => isRight(own)).length;
  return `verify-app: ${right} callbacks right, ${groups.length - right} wrong; ${tried.length} requests`;
}

export function text(url: string, tried: readonly Tried[], paint: Paint): string {
  const lines = [`${paint('bold', url)}`, ''];
  for (const [name, own] of byCallback(tried)) {
    const wrong = own.filter(({ findings }) => findings.length > 0);
    const slowest = Math.max(...own.map(({ reply }) => reply.ms));
    const counted = `${own.length} request${own.length === 1 ? '' : 's'}, the slowest ${slowest} ms`;
    const mark = wrong.length === 0 ? paint('good', '✓') : paint('bad', '✗');
    lines.push(`${mark} ${name.padEnd(18)} ${paint('dim', counted)}`);
    for (const [finding, askeds] of merged(wrong)) lines.push(...told(name, finding, askeds, own.length, paint));
  }
  lines.push('', summary(tried), '');
  return lines.join('\n');
}

/** The same fault of several requests is told once. */
function merged(wrong: readonly Tried[]): readonly (readonly [Finding, readonly string[]])[] {
  const found = new Map<string, { readonly finding: Finding; readonly asked: Set<string> }>();
  for (const { asked, findings } of wrong) {
    for (const finding of findings) {
      const one = found.get(finding.words) ?? { finding, asked: new Set() };
      found.set(finding.words, one);
      one.asked.add(asked);
    }
  }
  return [...found.values()].map(({ finding, asked }) => [finding, [...asked]] as const);
}

function told(
  name: CallbackName,
  { words, consequence }: Finding,
  askeds: readonly string[],
  count: number,
  paint: Paint,
): readonly string[] {
  const field = (title: string, value: string): string => `    ${paint('dim', title.padEnd(9))} ${value}`;
  const which = askeds.length < count && askeds.some((one) => one !== name) ? ` (${askeds.join('; ')})` : '';
  return [
    `  ${paint('bad', words)}${which}`,
    field('phone', consequence.phone),
    field('operator', consequence.alarm === undefined ? 'no alarm' : `alarm ${consequence.alarm}`),
    ...(consequence.completed === undefined
      ? []
      : [field('session', `sessionCompleted with reason ${consequence.completed}`)]),
  ];
}

/** For programs. Its properties stay; others may come. */
export function json(url: string, tried: readonly Tried[]): string {
  const groups = byCallback(tried);
  return `${JSON.stringify(
    {
      application: url,
      verdict: isRight(tried) ? 'pass' : 'fail',
      callbacks: groups.map(([name, own]) => ({
        name,
        verdict: isRight(own) ? 'pass' : 'fail',
        requests: own.map(({ asked, request, reply, findings }) => ({
          asked,
          request,
          ...(reply.kind === 'answer' && { status: reply.status, answer: reply.json ?? reply.text }),
          ms: reply.ms,
          findings: findings.map(({ fault, words, pointer, consequence }) => ({
            fault,
            words,
            ...(pointer !== undefined && { pointer }),
            ...consequence,
          })),
        })),
      })),
    },
    null,
    2,
  )}\n`;
}

/** One suite a callback, one case a request. */
export function junitOf(tried: readonly Tried[]): string {
  const failed = (own: readonly Tried[]): number => own.filter(({ findings }) => findings.length > 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="verify-app" tests="${tried.length}" failures="${failed(tried)}">`,
    ...byCallback(tried).flatMap(([name, own]) => [
      `  <testsuite name="${name}" tests="${own.length}" failures="${failed(own)}">`,
      ...own.flatMap((one) => testCase(one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ name, asked, reply, findings }: Tried): readonly string[] {
  const open = `    <testcase classname="${name}" name="${xml(asked)}" time="${(reply.ms / 1000).toFixed(3)}"`;
  const [first] = findings;
  if (first === undefined) return [`${open}/>`];
  const words = findings.map((one) => `${one.words}: ${one.consequence.phone}`).join('\n');
  return [
    `${open}>`,
    `      <failure type="${first.fault}" message="${xml(first.words)}">${xml(words)}</failure>`,
    '    </testcase>',
  ];
}
