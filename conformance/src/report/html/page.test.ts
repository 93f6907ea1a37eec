import { describe, expect, it } from 'vitest';
import { buildReport } from '../build.ts';
import { sampleInput } from '../testing/sample.ts';
import { reportPage } from './page.ts';
import { anchor, duration, headline } from './words.ts';

const { report, timelines } = buildReport(sampleInput(40, 100));
const page = reportPage(report, timelines);

/** The ladder of a test as the script in the page puts it in. */
function ladderOf(id: string): string {
  const found = new RegExp(`<script type="application/json" data-for="${id}">(.*?)</script>`, 's').exec(page)?.[1];
  const markup: unknown = JSON.parse(found ?? 'null');
  return typeof markup === 'string' ? markup : '';
}

describe('report.html', () => {
  it('needs nothing beside it', () => {
    const loads = [...page.matchAll(/<(?:link|img|iframe|script)\b[^>]*\b(?:src|href)=/g)];
    expect(loads).toEqual([]);
    expect(page).not.toMatch(/@import|url\(\s*['"]?https?:/);
  });

  it('has every test and every requirement as text, script or not', () => {
    for (const test of report.tests) expect(page).toContain(`id="${anchor('test', test.id)}"`);
    for (const row of report.requirements) expect(page).toContain(`id="${anchor('req', row.slug)}"`);
  });

  it('gives every test that has a timeline a ladder', () => {
    const withTimeline = report.tests.filter((test) => (timelines.get(test.id)?.length ?? 0) > 0);
    expect(withTimeline.length).toBeGreaterThan(30);
    for (const test of withTimeline) expect(ladderOf(test.id)).toContain('class="ladder"');
  });

  it('tells the usual cause of each failure, and of nothing else', () => {
    const failed = report.tests.filter(({ verdict }) => verdict === 'fail').length;
    expect(failed).toBe(2);
    expect(page.match(/<b>Usual cause:<\/b>/g)).toHaveLength(1);
    expect(page).toContain('letter by letter');
  });

  it('tells why a test was asked again, with a link to what was seen before', () => {
    const [, id = ''] =
      /href="(evidence\/[^"]+)\.attempt-1\/">attempt 1<\/a> was inconclusive: the whole machine stood/.exec(page) ?? [];
    expect(id).toMatch(/^evidence\/[a-z-]+\/sample-14$/);
  });

  it('balances its elements', () => {
    const everything =
      page.replace(/<(style|script)\b.*?<\/\1>/gs, '') + report.tests.map((t) => ladderOf(t.id)).join('');
    for (const name of [
      'details',
      'summary',
      'div',
      'section',
      'table',
      'tr',
      'td',
      'span',
      'p',
      'pre',
      'ol',
      'li',
      'b',
      'code',
    ]) {
      const opened = everything.match(new RegExp(`<${name}[ >]`, 'g'))?.length ?? 0;
      expect([name, everything.match(new RegExp(`</${name}>`, 'g'))?.length ?? 0]).toEqual([name, opened]);
    }
  });

  it('links only to what is there', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const targets = [...page.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(targets.length).toBeGreaterThan(100);
    const known = new Set(report.requirements.map((row) => anchor('req', row.slug)));
    const dangling = targets.filter((target) => !ids.has(target) && known.has(target));
    expect(dangling).toEqual([]);
  });
});

describe('what a peer sent', () => {
  it('is shown as text', () => {
    const ladder = ladderOf('session/sample-0');
    expect(ladder).toContain('&lt;/script&gt;&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;');
    expect(ladder).toContain('&quot; onmouseover=&quot;alert(1)');
    expect(ladder).not.toMatch(/<script|<[^>]* onmouseover=/);
  });

  it('cannot end the script element that carries it', () => {
    expect(page).not.toContain("<script>document.title='owned'");
    expect(page.match(/<script/g)?.length).toBe(page.match(/<\/script>/g)?.length);
  });

  it('is harmless in titles, ids, names of the target and reasons', () => {
    const evil = '"><script>x</script>';
    const hostile = structuredClone(report);
    const [first] = hostile.tests;
    if (first === undefined) throw new Error('the sample is empty');
    const text = reportPage(
      {
        ...hostile,
        target: { ...hostile.target, name: evil, capabilities: [evil] },
        ending: { ...hostile.ending, reasons: [evil] },
        tests: [
          { ...first, id: evil, title: evil, area: evil, reasons: [{ text: evil, requirement: evil }], evidence: evil },
        ],
        findings: [{ kind: 'leftover', at: 0, text: evil }],
      },
      new Map([[evil, timelines.get('session/sample-0') ?? []]]),
    );
    expect(text).not.toContain('<script>x');
  });
});

describe('a large run', () => {
  it('of 200 tests is laid out well within a second or two, and draws no ladder beforehand', () => {
    const large = buildReport(sampleInput(200, 260));
    const text = reportPage(large.report, large.timelines);
    const drawn = text.replace(/<script type="application\/json".*?<\/script>/gs, '');
    expect(drawn).not.toContain('class="ladder"');
    expect(drawn.length).toBeLessThan(1_500_000);
  });

  it('of which much was noticed lists the first of it, and says how much more there is', () => {
    const findings = Array.from({ length: 990 }, (_, at) => ({
      ...{ kind: 'unclaimed-callback' as const, at, text: `noticed ${at}` },
    }));
    const text = reportPage({ ...report, findings }, timelines);
    const [list = ''] = text.split('</section>').filter((part) => part.includes('class="faults"'));
    expect(list.match(/noticed \d+/g)).toHaveLength(100);
    expect(list).toContain('<li>890 more were noticed, in report.json</li>');
  });
});

describe('words', () => {
  it.each([
    [0.42, '0.4 ms'],
    [12.3, '12 ms'],
    [1250, '1.25 s'],
    [123_000, '2 min 03 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('anchors of different ids differ and need no quoting', () => {
    const ids = ['a/b', 'a--b', 'a b', 'a_2f_b', 'a.b', 'å'];
    const anchors = ids.map((id) => anchor('test', id));
    for (const name of anchors) expect(name).toMatch(/^test-[A-Za-z0-9_-]+$/);
  });
});

describe('the headline', () => {
  it.each([
    [0, false, 'Conformant'],
    [0, true, 'No fault in the part that was run'],
    [1, true, 'Not conformant'],
    [3, false, 'Incomplete'],
  ] as const)('of exit code %i, only a part was run: %s', (code, part, words) => {
    expect(headline(code, part).words).toBe(words);
  });
});
