/** The figures of a run, in tiles and in tables. Pure. */
import { html, type Markup, type Part } from '@mediaservice/conformance/kit';
import { bytes, ms, percent } from '../../cli/words.ts';
import { growthUnjudged } from '../../figures/growth.ts';
import type { Distribution } from '../../figures/histogram.ts';
import { missingWords } from '../../figures/missing.ts';
import type { Figures } from '../../figures/model.ts';
import type { LoadReport } from '../model.ts';
import { facts, table } from './tables.ts';
import { number } from './words.ts';

/** What one wants to know first. */
export function tiles({ calls, setupMs, rtp, audio, rest, target }: Figures): Markup {
  const tile = (name: string, value: string, about: string): Markup =>
    html`<div class="tile"><h2>${name}</h2><p class="number">${value}</p><p class="about">${about}</p></div>`;
  const failed = calls.failed === 0 ? 'none failed' : `${number(calls.failed)} failed`;
  const withCalls = calls.attempted > 0 || rest === undefined;
  return html`<section class="tiles" aria-label="The figures in short">${[
    withCalls && [
      tile('Calls completed', number(calls.completed), `of ${number(calls.attempted)} attempted, ${failed}`),
      tile('At once', number(calls.mostAtOnce), `at most; ${number(calls.perSecond)} completed a second`),
    ],
    setupMs && tile('Setup', ms(setupMs.p95), `95 of 100; median ${ms(setupMs.p50)}`),
    rtp &&
      tile('RTP lost', percent(rtp.lossShare), `${number(rtp.lost)} of ${number(rtp.received + rtp.lost)} packets`),
    audio?.score &&
      tile(
        'Audio score',
        audio.score.min.toFixed(2),
        `at least; ${number(audio.heard)} of ${number(audio.legs)} legs heard it`,
      ),
    rest &&
      tile('REST', ms(rest.latencyMs.p95), `95 of 100; ${number(rest.failed)} of ${number(rest.requests)} failed`),
    target?.cpuMsPerCall !== undefined &&
      tile('CPU of the target', ms(target.cpuMsPerCall), `a call; ${target.busyCores.toFixed(2)} cores at most`),
  ]}</section>`;
}

type Times = readonly [name: string, values: Distribution | undefined];

/** Every time that was measured more than once. */
export function times({
  setupMs,
  postDialMs,
  deliveryMs,
  rtp,
  callbacks,
  rest,
  generator,
  application,
}: Figures): Part {
  const all: readonly Times[] = [
    ['Setup, INVITE to 200', setupMs],
    ['Post-dial delay, INVITE to 18x', postDialMs],
    ['Delivery, to the INVITE at the callee', deliveryMs],
    ['INVITE to newCall', callbacks.newCallMs],
    ['To getIvrCommand', callbacks.getIvrCommandMs],
    ['RTP jitter', rtp?.jitterMs],
    ['REST, all', rest?.latencyMs],
    ...Object.entries(rest?.byOperation ?? {}).map(([name, values]): Times => [`REST, ${name}`, values]),
    ['Application, request to answer', application.answerMs],
    ['Generator, late by', generator.latenessMs],
  ];
  const rows = all.flatMap(([name, values]) => (values === undefined ? [] : [{ name, values }]));
  const cell = (read: (values: Distribution) => number) => (row: { readonly values: Distribution }) =>
    ms(read(row.values));
  return (
    rows.length > 0 &&
    table<(typeof rows)[number]>(
      [
        { name: 'Time', cell: ({ name }) => name },
        { name: 'Count', right: true, cell: ({ values }) => number(values.count) },
        { name: 'Least', right: true, cell: cell(({ min }) => min) },
        { name: 'Median', right: true, cell: cell(({ p50 }) => p50) },
        { name: '95 of 100', right: true, cell: cell(({ p95 }) => p95) },
        { name: '99 of 100', right: true, cell: cell(({ p99 }) => p99) },
        { name: 'Greatest', right: true, cell: cell(({ max }) => max) },
      ],
      rows,
      'Times',
    )
  );
}

/** Everything that was counted, by who it is about. */
export function counts({ figures, scenario }: Pick<LoadReport, 'figures' | 'scenario'>): Markup {
  const { calls, callbacks, rtp, audio, rest, generator, application, target, retransmissions } = figures;
  const unjudged = scenario === 'soak' ? growthUnjudged(figures.target) : undefined;
  const grew = unjudged !== undefined && (['growth', `not judged: ${unjudged}`] as const);
  const card = (title: string, rows: readonly (readonly [string, Part])[]): Markup =>
    html`<div class="card"><h3>${title}</h3>${facts(rows)}</div>`;
  return html`<div class="cards">${[
    card('Calls', [
      ['attempted', number(calls.attempted)],
      ['completed', number(calls.completed)],
      ['failed', number(calls.failed)],
      ...each(calls.reasons, (count) => number(count), 'failed: '),
      ['not begun, no user was free', number(calls.notBegun)],
      ['at once, at most', number(calls.mostAtOnce)],
      ['completed a second', number(calls.perSecond)],
      ['SIP sent again by the generator', number(retransmissions)],
    ]),
    rtp &&
      card('Audio', [
        ['packets sent', number(rtp.sent)],
        ['packets received', number(rtp.received)],
        ['packets lost', `${number(rtp.lost)} (${percent(rtp.lossShare)})`],
        ['legs that heard audio', audio && `${number(audio.heard)} of ${number(audio.legs)}`],
        ['score, least', audio?.score?.min.toFixed(3)],
        ['score, median', audio?.score && `${audio.score.p50.toFixed(3)} of ${number(audio.score.count)}`],
      ]),
    card('Callbacks', [
      ...Object.entries(callbacks.answered).map(([name, count]) => {
        const mean = callbacks.roundTripMs?.[name];
        return [name, `${number(count)}${mean === undefined ? '' : `, ${ms(mean)} each`}`] as const;
      }),
      ...each(callbacks.alarms, (count) => number(count), 'alarm: '),
      ...(callbacks.elsewhere === true
        ? [['all', 'counted by the application elsewhere'] as const]
        : [
            ['sessionCompleted missing', number(callbacks.missingCompleted)] as const,
            ['sessionCompleted doubled', number(callbacks.doubledCompleted)] as const,
            ['missing', missingWords(figures)] as const,
            ['fit no session', number(callbacks.unexpected)] as const,
          ]),
      ['round trips', callbacks.roundTripMs && 'mean, as the target measured it'],
    ]),
    rest &&
      card('REST', [
        ['requests', number(rest.requests)],
        ['failed', number(rest.failed)],
      ]),
    target === undefined && grew && card('Target', [grew]),
    target &&
      card('Target', [
        ['CPU', seconds(target.cpuSeconds)],
        ['CPU a call', target.cpuMsPerCall !== undefined && `${number(target.cpuMsPerCall)} ms`],
        ['cores, at most', target.busyCores.toFixed(2)],
        ['memory before', bytes(target.bytesBefore)],
        ['memory at most', bytes(target.mostBytes)],
        ['memory after', bytes(target.bytesAfter)],
        ...each(target.leftovers, (value) => number(value), 'not at rest: '),
        ...(grew ? [grew] : []),
        ['grew', target.growthPerMinute && Object.keys(target.growthPerMinute).length === 0 && 'nothing'],
        ...each(target.growthPerMinute ?? {}, growth, 'grew: '),
        ...each(target.leastGrowthPerMinute ?? {}, growth, 'least growth that could be told: '),
      ]),
    card('Generator', [
      ['CPU', seconds(generator.cpuSeconds)],
      ['cores, at most', `${generator.busyCores.toFixed(2)} of ${generator.cores}`],
      ['cores of other programs, at most', generator.othersCores?.toFixed(2)],
      ['memory at most', bytes(generator.mostBytes)],
      ['late by, 95 of 100', generator.latenessMs && ms(generator.latenessMs.p95)],
    ]),
    card('Application', [
      ['CPU', seconds(application.cpuSeconds)],
      ['busy, at most', percent(application.busyShare)],
      ['answers in, 95 of 100', application.answerMs && ms(application.answerMs.p95)],
    ]),
  ]}</div>`;
}

const seconds = (value: number): string => `${number(value)} s`;
const growth = (value: number, name: string): string => `${name === 'bytes' ? bytes(value) : number(value)} a minute`;
const each = (
  values: Readonly<Record<string, number>>,
  words: (value: number, name: string) => string,
  before: string,
): (readonly [string, string])[] =>
  Object.entries(values).map(([name, value]) => [`${before}${name === 'bytes' ? 'memory' : name}`, words(value, name)]);
