import { describe, expect, it } from 'vitest';
import { buildReport } from './build.ts';
import { junit, xml } from './junit.ts';
import { sampleInput } from './testing/sample.ts';

const input = sampleInput(40, 100);
const { report } = buildReport(input);
const text = junit(report);
const root = /<testsuites [^>]*>/.exec(text)?.[0] ?? '';

describe('junit.xml', () => {
  it('counts as it lists', () => {
    expect(root).toContain('tests="40" failures="2" errors="1" skipped="4"');
    expect(text.match(/<testcase /g)).toHaveLength(40);
    expect(text.match(/<failure /g)).toHaveLength(2);
    expect(text.match(/<error /g)).toHaveLength(1);
    expect(text.match(/<skipped /g)).toHaveLength(4);
  });

  it('tells why a test was asked again', () => {
    const [, around] = /<testcase [^>]*sample-14:[^>]*>(.*?)<\/testcase>/s.exec(text) ?? [];
    expect(around).toContain(
      '<property name="inconclusive attempt" value="the whole machine stood still for 148 ms"/>',
    );
  });

  it('balances its elements', () => {
    for (const name of ['testsuites', 'testsuite', 'testcase', 'properties', 'failure', 'error']) {
      const opened = text.match(new RegExp(`<${name}[ >]`, 'g'))?.length;
      expect([name, text.match(new RegExp(`</${name}>`, 'g'))?.length]).toEqual([name, opened]);
    }
  });

  it('makes an accepted failure neither red nor green', () => {
    const known = report.tests.filter((t) => t.verdict === 'fail').map(({ id }) => ({ test: id, reason: 'ticket 7' }));
    const accepted = junit(buildReport({ ...input, baseline: known }).report);
    expect(accepted).not.toContain('<failure');
    expect(accepted).toContain('<skipped message="known failure: ticket 7"/>');
  });
});

describe('xml', () => {
  it.each([
    ['markup', '<a b="c">&', '&lt;a b=&quot;c&quot;&gt;&amp;'],
    ['line ends survive in attributes', 'a\r\nb\t', 'a&#13;&#10;b&#9;'],
    ['what XML cannot hold', '\x00\x1b\ufffe', '\ufffd\ufffd\ufffd'],
    ['half a surrogate pair', '\ud800', '\ufffd'],
  ])('%s', (_name, value, expected) => {
    expect(xml(value)).toBe(expected);
  });
});
