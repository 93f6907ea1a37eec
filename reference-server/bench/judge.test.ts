import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { page } from './html.ts';
import { judge, summarize } from './judge.ts';
import type { IvrMemory, IvrRow, MediaRow, RelayRow, Report, Results, SipRow } from './report.ts';
import { render } from './text.ts';

const one = (median: number) => ({ median, min: median, max: median });

function relay(calls: number, changes: Partial<RelayRow> = {}): RelayRow {
  return {
    ...{ calls, peer: 'ours, TypeScript', about: '', cost: one(8), ofRtpengine: one(0.55), faults: [] },
    ...{ latency: { p50: 60, p99: 400 }, sent: 100_000, lost: 0, reordered: 0, load: { lateP99: 200, cpu: 0.3 } },
    ...changes,
  };
}

const addon = (calls: number, changes: Partial<RelayRow> = {}) =>
  relay(calls, { peer: 'ours, addon', ofRtpengine: one(0.35), ...changes });

const played = (median: number): MediaRow => ({
  ...{ what: 'played', peer: 'ours, TypeScript', calls: 200, cost: one(median), share: 1, faults: [] },
});

function sip(server: string, rate: number, cost: number, failed = 0): SipRow {
  const costs = { server: one(cost), application: one(0.3) };
  return { server, rate, calls: 1000, failed, achieved: rate, retransmissions: 0, cost: costs };
}

const ivr = (rate: number, changes: Partial<IvrRow> = {}): IvrRow => ({
  ...{ rate, calls: 1800, failed: 0, achieved: rate - 0.5, retransmissions: 0, faults: [] },
  ...{ answeredWithin: { p50: 5, p95: 10 }, load: { generator: 0.1, application: 0.2, lateMs: 6 } },
  cost: { server: one(2.2), mainThread: one(1.8), application: one(0.4) },
  ...changes,
});

const memory = (perCall: number, faults: string[] = []): IvrMemory => ({
  ...{ few: 100, many: 2000, bytesFew: 2e8, bytesMany: 2e8 + 1900 * perCall, perCall, faults },
});

const all = (changes: Partial<Results> = {}): Results => ({
  relay: [...[50, 200, 800].map((calls) => relay(calls)), ...[50, 200, 800].map((calls) => addon(calls))],
  media: [played(0.5)],
  sip: [sip('our SIP engine', 500, 0.6), sip('drachtio-server 0.9.10', 500, 0.7), sip('our SIP engine', 1000, 0.6)],
  ivr: [ivr(300), ivr(400)],
  ivrMemory: memory(40 * 1024),
  skipped: [],
  ...changes,
});

const verdicts = (results: Results) => Object.fromEntries(judge(results).map(({ name, met }) => [name, met]));

describe('the goals', () => {
  it('are met by figures within all limits', () => {
    expect(judge(all()).filter(({ met }) => met !== true)).toEqual([]);
  });

  it('are never met by what was not measured', () => {
    const goals = judge({ relay: [], media: [], sip: [], ivr: [], skipped: [] });
    expect(goals.map(({ met }) => met)).toEqual(goals.map(() => undefined));
    expect(goals.length).toBeGreaterThan(5);
  });

  it.each<[string, Partial<Results>, string, boolean | undefined]>([
    ['a dear relay', { relay: [relay(200, { ofRtpengine: one(0.61) })] }, 'relay at 200 calls, TypeScript', false],
    ['a relay at other calls', { relay: [relay(50)] }, 'relay at 200 calls, TypeScript', undefined],
    ['a cost that grows', { relay: [relay(50), relay(800, { cost: one(9.3) })] }, 'cost from 50 to 800 calls', false],
    ['a cost that falls', { relay: [relay(50), relay(800, { cost: one(5) })] }, 'cost from 50 to 800 calls', true],
    ['loss', { relay: [relay(800, { lost: 11 })] }, 'loss at 800 calls', false],
    [
      'a late packet in a hundred',
      { relay: [relay(800, { latency: { p50: 9, p99: 5001 } })] },
      'p99 latency at 800 calls',
      false,
    ],
    ['dear playing', { media: [played(0.61)] }, 'playing at 200 calls', false],
    [
      'a dear engine',
      { sip: [sip('our SIP engine', 500, 0.8), sip('drachtio-server', 500, 0.7)] },
      'SIP at 500 calls/s',
      false,
    ],
    ['no drachtio-server', { sip: [sip('our SIP engine', 500, 0.1)] }, 'SIP at 500 calls/s', undefined],
    ['a dear IVR call', { ivr: [ivr(300, { cost: { ...ivr(300).cost, server: one(3.01) } })] }, 'IVR call', false],
    ['a row of the IVR that says nothing', { ivr: [ivr(300, { faults: ['SIPp …'] })] }, 'IVR call', undefined],
    ['too few calls to the IVR', { ivr: [ivr(299)] }, 'IVR at 300 calls/s', undefined],
    ['fewer calls than asked for', { ivr: [ivr(300, { achieved: 290 })] }, 'IVR at 300 calls/s', false],
    ['a failed call to the IVR', { ivr: [ivr(300, { failed: 1 })] }, 'IVR at 300 calls/s', false],
    ['a dear idle call', { ivrMemory: memory(61_441) }, 'idle call in the IVR', false],
    ['idle calls that were not there', { ivrMemory: memory(1, ['7 of 2000 …']) }, 'idle call in the IVR', undefined],
    ['a relay that was sent nothing', { relay: [relay(800, { sent: 0, lost: 0 })] }, 'loss at 800 calls', undefined],
    [
      'a relay that let nothing through',
      { relay: [relay(800, { lost: 100_000 })] },
      'p99 latency at 800 calls',
      undefined,
    ],
    [
      'fewer calls a second than asked for',
      { sip: [{ ...sip('our SIP engine', 1000, 0.1), achieved: 979 }] },
      'SIP at 1,000 calls/s of 1 s',
      false,
    ],
    [
      'nearly as many calls a second as asked for',
      { sip: [{ ...sip('our SIP engine', 1000, 0.1), achieved: 980 }] },
      'SIP at 1,000 calls/s of 1 s',
      true,
    ],
    ['a failed call', { sip: [sip('our SIP engine', 1000, 0.1, 1)] }, 'SIP at 1,000 calls/s of 1 s', false],
  ])('%s', (_name, changes, goal, met) => {
    expect(verdicts(all(changes))).toHaveProperty([goal], met);
  });
});

describe('a row that has a fault', () => {
  const fault = 'the load was late';
  const faults = [fault, 'and more'];
  const rtpengine = relay(200, { peer: 'rtpengine', faults });

  it.each<[string, Partial<Results>, string]>([
    ['a relay', { relay: [relay(200, { faults })] }, 'relay at 200 calls, TypeScript'],
    ['the rtpengine beside it', { relay: [relay(200), rtpengine] }, 'relay at 200 calls, TypeScript'],
    ['the rtpengine beside the addon', { relay: [addon(200), rtpengine] }, 'relay at 200 calls, addon'],
    ['few calls', { relay: [relay(50, { faults }), relay(800)] }, 'cost from 50 to 800 calls'],
    ['many calls', { relay: [relay(50), relay(800, { faults })] }, 'cost from 50 to 800 calls'],
    ['many calls, for loss', { relay: [relay(800, { faults })] }, 'loss at 800 calls'],
    ['many calls, for latency', { relay: [relay(800, { faults })] }, 'p99 latency at 800 calls'],
    ['the addon', { relay: [addon(800, { faults })] }, 'p99 latency at 800 calls, addon'],
    ['playing', { media: [{ ...played(0.5), faults }] }, 'playing at 200 calls'],
    ['the IVR', { ivr: [ivr(300, { faults })] }, 'IVR at 300 calls/s'],
    ['the IVR, for its cost', { ivr: [ivr(300, { faults })] }, 'IVR call'],
    ['idle calls', { ivrMemory: memory(1, faults) }, 'idle call in the IVR'],
  ])('leaves the goal open and says why: %s', (_name, changes, name) => {
    const found = judge(all(changes)).find((each) => each.name === name);
    expect(found?.met).toBeUndefined();
    expect(found?.measured).toMatch(new RegExp(`, but ${fault}$`));
  });

  it('of the IVR stands back behind a faster one without', () => {
    expect(verdicts(all({ ivr: [ivr(300, { faults }), ivr(400)] }))).toHaveProperty(['IVR call'], true);
  });

  it.each<[string, Partial<Results>, string, string]>([
    [
      'packets that did not come',
      { media: [{ ...played(0.1), share: 0.9989 }] },
      'playing at 200 calls',
      '0.10 ms, but only 99.89 % of the packets came',
    ],
    [
      'calls that were not made',
      { sip: [{ ...sip('our SIP engine', 500, 0.1), achieved: 20 }, sip('drachtio-server', 500, 0.7)] },
      'SIP at 500 calls/s',
      '0.10 of 0.70 ms, but our SIP engine came to 20/s, 0 of 1000 failed',
    ],
    [
      'calls that failed at the other',
      { sip: [sip('our SIP engine', 500, 0.1), sip('drachtio-server', 500, 0.7, 21)] },
      'SIP at 500 calls/s',
      '0.10 of 0.70 ms, but drachtio-server came to 500/s, 21 of 1000 failed',
    ],
  ])('may be one for the goal alone: %s', (_name, changes, name, measured) => {
    expect(judge(all(changes)).find((each) => each.name === name)).toMatchObject({ measured, met: undefined });
  });
});

describe('the addon', () => {
  const both = (changes: Partial<RelayRow>) => all({ relay: [addon(800, changes), ...all().relay] });

  it.each<[string, Partial<RelayRow>, string, boolean]>([
    ['within the limits', {}, 'loss at 800 calls, addon', true],
    ['loss', { lost: 11 }, 'loss at 800 calls, addon', false],
    ['late packets', { latency: { p50: 9, p99: 5001 } }, 'p99 latency at 800 calls, addon', false],
    ['a cost that grows', { cost: one(9.3) }, 'cost from 50 to 800 calls, addon', false],
  ])('is judged where it was measured: %s', (_name, changes, name, met) => {
    expect(verdicts(both(changes))).toHaveProperty([name], met);
    expect(verdicts(both(changes))).toHaveProperty([name.replace(', addon', '')], true);
  });

  it('is not asked about where it is not', () => {
    const names = judge(all({ relay: [relay(50), relay(800)] })).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith(', addon'))).toEqual(['relay at 200 calls, addon']);
  });
});

describe('the last line', () => {
  it('says the shares of rtpengine and the costs', () => {
    expect(summarize(all())).toBe(
      'bench: relay 0.55 of rtpengine (TypeScript), 0.35 (addon); played 0.50 ms; ' +
        'SIP 500/s 0.60 ms a call, 0 of 1000 failed; SIP 1000/s 0.60 ms a call, 0 of 1000 failed; ' +
        'IVR 300/s 2.20 ms a call, 0 of 1800 failed; IVR 400/s 2.20 ms a call, 0 of 1800 failed; 40.0 KiB an idle call',
    );
  });

  it('owns up to what was not measured', () => {
    expect(summarize({ relay: [], media: [], sip: [], ivr: [], skipped: [] })).toBe(
      'bench: relay not measured of rtpengine (TypeScript), not measured (addon)',
    );
  });
});

it('prints tables, goals, faults and what was left out, and ends with the summary', () => {
  const results = all({
    relay: [relay(200, { faults: ['7 packets came twice'] })],
    skipped: [{ what: 'relay, rtpengine', why: 'it is not installed' }],
  });
  const text = render({
    ...{
      formatVersion: 1,
      started: '2026-01-01T00:00:00.000Z',
      machine: { cpus: 2, model: 'm', kernel: 'k', node: 'n' },
      options: {},
    },
    ...{ ...results, goals: judge(results), summary: summarize(results) },
  });
  expect(text).toMatch(/^ours, TypeScript +200 +8\.00 \(8\.00–8\.00\) +0\.55 \(0\.55–0\.55\) +60 +400 +0 of 100000/m);
  expect(text).toContain('ours, TypeScript, 200 calls: 7 packets came twice');
  expect(text).toContain('left out: relay, rtpengine: it is not installed');
  expect(text.split('\n').at(-1)).toBe(summarize(results));
});

describe('report.json', () => {
  const url = new URL('../../spec/bench-report.schema.json', import.meta.url);
  const schema: object = JSON.parse(readFileSync(url, 'utf8'));
  const ajv = new Ajv2020({ allowUnionTypes: true });
  ajvFormats.default(ajv);
  const fits = ajv.compile(schema);
  const whole = (results: Results): Record<string, unknown> => {
    const report: Report = {
      ...{ formatVersion: 1, started: '2026-01-01T00:00:00.000Z', options: {} },
      ...{ machine: { cpus: 2, model: 'm', kernel: 'k', node: 'n' } },
      ...{ ...results, goals: judge(results), summary: summarize(results) },
    };
    return JSON.parse(JSON.stringify(report));
  };

  it.each([
    ['of a whole run', all({ skipped: [{ what: 'a', why: 'b' }] })],
    ['of nothing', { relay: [], media: [], sip: [], ivr: [], skipped: [] }],
    [
      'of calls without an answer',
      all({ ivr: [ivr(300, { answeredWithin: { p50: Number.NaN, p95: Number.POSITIVE_INFINITY } })] }),
    ],
    ['of turns without a packet', all({ relay: [relay(5, { cost: one(Number.NaN) })] })],
  ])('%s fits its schema', (_name, results) => {
    fits(whole(results));
    expect(fits.errors).toBeNull();
  });

  it.each([
    ['without its summary', { summary: undefined }],
    ['with something unknown', { more: 1 }],
    ['with a row that lacks its cost', { relay: [{ ...relay(5), cost: undefined }] }],
  ])('%s does not', (_name, changes) => {
    expect(fits(JSON.parse(JSON.stringify({ ...whole(all()), ...changes })))).toBe(false);
  });
});

it('shows the same on a page, and nothing of it as markup', () => {
  const results = all({ skipped: [{ what: 'relay', why: 'no <b>' }] });
  const html = page({
    ...{
      formatVersion: 1,
      started: '2026-01-01T00:00:00.000Z',
      machine: { cpus: 2, model: 'm', kernel: 'k', node: 'n' },
      options: {},
    },
    ...{ ...results, goals: judge(results), summary: summarize(results) },
  });
  expect(html).toContain('<td>ours, TypeScript</td><td>200</td><td>8.00 (8.00–8.00)</td>');
  expect(html).toContain('left out: relay: no &#60;b&#62;');
});
