import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../figures/testing/figures.ts';
import { EXIT } from '../model.ts';
import { reportOf, sampleAt } from '../testing/report.ts';
import { beside } from './links.ts';
import { reportPage } from './run.ts';
import { clock, valueText } from './words.ts';

const evil = `"><script>alert('x')</script>&\x07`;

describe('the page of a run', () => {
  it('needs nothing beside it and runs nothing', () => {
    const text = reportPage(reportOf());
    expect(text).not.toMatch(/<script|<link|@import|url\(|src=|https?:/);
    expect(text).toMatch(/^<!doctype html>/);
  });

  it('names the generators of a merged report, and how each ended', () => {
    const machine = { cpus: 4, model: 'another processor', node: 'v24', kernel: 'Linux 6' };
    const one = { started: '2026-01-02T03:04:05.678Z', seconds: 31, machine };
    const text = reportPage(
      reportOf({
        generators: [
          { ...one, report: 'reports/one', segment: '0:1/2', exitCode: EXIT.held },
          { ...one, report: 'reports/two', segment: '1/2:1', exitCode: EXIT.invalid },
        ],
      }),
    );
    for (const said of ['reports/one', '0:1/2', 'reports/two', '1/2:1', '4 × another processor', 'made of 2'])
      expect(text).toContain(said);
    expect(text).toMatch(/reports\/two[\s\S]*Not valid: the generator was saturated or disturbed/);
    expect(reportPage(reportOf())).not.toContain('Generators');
  });

  it.each([
    ['its name', { target: { name: evil, embedded: false } }],
    ['its description', { target: { name: 'x', description: evil, embedded: false } }],
    ['why the run ended', { ending: { exitCode: EXIT.broken, reasons: [evil] } }],
    ['a gauge', { series: [sampleAt(1, { target: { cpu: 1, bytes: 1, gauges: { [evil]: 3 } } })] }],
    ['an alarm', { figures: { ...figuresOf(), callbacks: { ...figuresOf().callbacks, alarms: { [evil]: 2 } } } }],
    ['a reason of failed calls', { figures: figuresOf({ calls: { reasons: { [evil]: 1 } } }) }],
    ['a measure', { objectives: [{ measure: evil, comparison: '<=', limit: 1, held: false }] }],
  ] as const)('shows %s as text', (_name, more) => {
    const text = reportPage(reportOf(more));
    expect(text).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;␇');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('\x07');
  });

  it('says first how it ended, and why', () => {
    const text = reportPage(reportOf({ ending: { exitCode: EXIT.invalid, reasons: ['it was late itself'] } }));
    expect(text.indexOf('it was late itself')).toBeLessThan(text.indexOf('Calls completed'));
    expect(text).toContain('the generator was saturated');
  });

  it('shows no count of what an application elsewhere counts', () => {
    const { callbacks, ...others } = figuresOf();
    const counted = (elsewhere: boolean): string =>
      reportPage(
        reportOf({
          objectives: [],
          figures: { ...others, callbacks: { ...callbacks, ...(elsewhere && { elsewhere }) } },
        }),
      );
    expect(counted(false)).toMatch(/sessionCompleted missing/);
    expect(counted(true)).not.toMatch(/sessionCompleted (missing|doubled)|fit no session/);
    expect(counted(true)).toContain('counted by the application elsewhere');
  });

  it.each([
    ['tells no metrics', {}, 'not judged: the target tells no metrics'],
    [
      'was loaded too shortly',
      { target: { ...{ cpuSeconds: 1, busyCores: 0.5, bytesBefore: 1, mostBytes: 2, bytesAfter: 2 }, leftovers: {} } },
      'not judged: 3 min of steady load are needed',
    ],
  ])('says that growth was not judged of a soak whose target %s', (_name, more, said) => {
    const { target: _untold, ...figures } = figuresOf();
    const soak = reportOf({ scenario: 'soak', figures: { ...figures, ...more } as ReturnType<typeof figuresOf> });
    expect(reportPage(soak)).toContain(said);
    expect(reportPage({ ...soak, scenario: 'ivr' })).not.toContain('not judged');
  });

  it('tells in words which objectives held', () => {
    const text = reportPage(
      reportOf({
        objectives: [
          { measure: 'setup.p95', comparison: '<=', limit: 500, value: 612.5, held: false },
          { measure: 'score.min', comparison: '>=', limit: 0.9, value: 0.99, held: true },
          { measure: 'loss.percent', comparison: '<=', limit: 0.1, held: false },
        ],
      }),
    );
    expect(rowOf(text, 'setup, 95 of 100')).toBe('setup, 95 of 100|≤ 500 ms|613 ms|✗ no');
    expect(rowOf(text, 'worst audio score')).toBe('worst audio score|≥ 0.9|0.99|✓ yes');
    expect(rowOf(text, 'RTP lost')).toBe('RTP lost|≤ 0.1 %|nothing to measure|✗ no');
  });

  it('draws what was measured and nothing else', () => {
    const all = reportPage(reportOf());
    for (const title of ['Calls in progress', 'Setup', 'RTP lost', 'Jitter', 'CPU', 'Memory', 'sockets', 'timers'])
      expect(all).toContain(`<h3>${title}</h3>`);
    expect(all).not.toContain('<h3>idle</h3>');
    const bare = { at: 1, attempted: 1, completed: 1, failed: 0, inProgress: 0, callbacks: 0 };
    const little = reportPage(reportOf({ series: [bare] }));
    expect(little).toContain('<h3>Calls in progress</h3>');
    for (const title of ['Setup', 'Jitter', 'CPU', 'Memory']) expect(little).not.toContain(`<h3>${title}</h3>`);
    expect(reportPage(reportOf({ series: [] }))).not.toContain('class="chart"');
  });

  it('has the values of each second under the pointer', () => {
    expect(reportPage(reportOf())).toContain('<title>at 3 s\n95 of 100: 43 ms\nmedian: 13 ms</title>');
  });

  it('draws a limit that is near, and tells one that is far', () => {
    const near = reportOf({ objectives: [{ measure: 'setup.p95', comparison: '<=', limit: 60, held: true }] });
    const zero = reportOf({
      objectives: [{ measure: 'loss.percent', comparison: '<=', limit: 0.1, held: true }],
      series: [sampleAt(1, { rtp: { sent: 9, received: 9, lost: 0 } })],
    });
    const far = reportOf({ objectives: [{ measure: 'setup.p95', comparison: '<=', limit: 500, held: true }] });
    expect(reportPage(near)).toMatch(/<path class="limit" d="M0 [\d.]+h1000"/);
    expect(reportPage(zero)).toContain('<path class="limit" d="M0 0h1000"');
    expect(reportPage(far)).not.toContain('<path class="limit"');
    expect(reportPage(far)).toContain('limit of the run: 500 ms <span class="sub">far above');
  });

  it('stays below a megabyte when it lasted for two hours, and loses no peak', () => {
    const series = Array.from({ length: 7200 }, (_, i) => sampleAt(i + 1));
    const peak = { count: 1, p50: 5, p95: 7654, max: 7654 };
    const gauges = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`a_gauge_with_a_long_name_${i}`, i + 1]));
    series[4444] = sampleAt(4445, { setupMs: peak, target: { cpu: 1, bytes: 1, gauges } });
    const text = reportPage(reportOf({ series, seconds: 7200 }));
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    expect(text).toContain('95 of 100: 40 ms to 7654 ms');
  });
});

/** Cells of the row with this name. */
function rowOf(text: string, name: string): string | undefined {
  const row = text.split('<tr>').find((one) => one.startsWith(`<th scope="row">${name}</th>`));
  return row
    ?.split('</tr>')[0]
    ?.replace(/<\/t[hd]>(?=<t)/g, '|')
    .replace(/<[^>]+>/g, '');
}

describe('beside', () => {
  it.each([
    ['a file in a folder', 'steps/ivr-01-10/report.json', './steps/ivr-01-10/report.html'],
    ['one that leads out of the folder', '../../etc/x', './etc/report.html'],
    ['a scheme', 'javascript:alert(1)/x', './javascript%3Aalert(1)/report.html'],
    ['another machine', '//evil.example/x', './evil.example/report.html'],
  ])('%s', (_name, path, link) => {
    expect(beside(path, 'report.html')).toBe(link);
  });
});

describe('words', () => {
  it.each([
    [42, '42 s'],
    [125, '2:05 min'],
    [3725, '1:02:05 h'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(clock(seconds)).toBe(words);
  });

  it.each([
    [0.123456, '%', '0.123 %'],
    [12_345, 'calls', '12,345 calls'],
    [1.23456, 'cores', '1.23 cores'],
    [3 * 1024 * 1024, 'bytes', '3 MiB'],
  ] as const)('%d in %s', (value, unit, words) => {
    expect(valueText(value, unit)).toBe(words);
  });
});
