import { describe, expect, it } from 'vitest';
import { Tape } from '../testing/traffic.ts';
import { ladder } from './ladder.ts';
import { lanesOf } from './lanes.ts';
import { body, prettySip } from './message.ts';

const INVITE = 'INVITE sip:1@x SIP/2.0\r\nVia: SIP/2.0/UDP y\r\n ;folded\r\nContent-Length: 4\r\n\r\nv=0\r\n';

describe('lanes', () => {
  it('stand in the order of a call, and only those that are touched', () => {
    const tape = new Tape(0)
      .http(1, 'rest', 'x', { operation: 'placeivrcall' })
      .sip(2, 'target', 'callee', { method: 'INVITE', raw: INVITE })
      .sip(3, 'caller', 'target', { method: 'INVITE', raw: INVITE })
      .http(4, 'callback', 'y', { operation: 'newCall' })
      .note(5, 'no lane of its own');
    expect(lanesOf(tape.entries()).map((lane) => lane.label)).toEqual([
      'caller',
      'service',
      'callee',
      'application',
      'REST client',
    ]);
    expect(lanesOf(new Tape(0).note(1, 'only a note').entries())).toEqual([]);
  });

  it('put a leg of any name on the side that its first message tells', () => {
    const tape = new Tape(0)
      .sip(1, 'target', 'monitor', { method: 'INVITE', raw: INVITE })
      .sip(2, 'alice', 'target', { method: 'INVITE', raw: INVITE });
    expect(lanesOf(tape.entries()).map((lane) => lane.name)).toEqual(['alice', 'target', 'monitor']);
  });
});

describe('ladder', () => {
  const draw = (tape: Tape) => ladder(tape.entries(), 0).text;

  it('points an arrow from the sender to the receiver', () => {
    const there = draw(new Tape(0).sip(1, 'caller', 'target', { method: 'INVITE', raw: INVITE }));
    expect(there).toContain('hop right');
    expect(there).toContain('--left:0;--span:1');
    expect(there).toContain('(caller to service)');
    const back = draw(
      new Tape(0).sip(1, 'target', 'caller', { method: 'INVITE', status: 486, reason: 'Busy Here', raw: INVITE }),
    );
    expect(back).toContain('hop left t-bad');
    expect(back).toContain('486 Busy Here');
  });

  it('shows broken rules of an exchange, and marks those that were meant', () => {
    const violation = {
      culprit: 'target',
      where: 'request',
      pointer: '/body/x',
      message: 'is missing',
      intended: false,
    } as const;
    expect(
      draw(new Tape(0).http(1, 'callback', 'newCall', { operation: 'newCall', violations: [violation] })),
    ).toContain('t-fail');
    const meant = draw(
      new Tape(0).http(1, 'callback', 'newCall', {
        operation: 'newCall',
        violations: [{ ...violation, intended: true }],
      }),
    );
    expect(meant).toContain('on purpose');
    expect(meant).not.toContain('t-fail');
  });

  it('tells met, missed and recommended expectations apart', () => {
    const tape = new Tape(0)
      .expect(1, true, 'a', 'w1', 'e', 'e')
      .expect(2, false, 'b', 'w2', '"42"', '"442"')
      .expect(3, false, 'c', 'w3', 'e', 'f', 'should');
    const text = draw(tape);
    expect(text.match(/k-expect t-(\w+)/g)).toEqual(['k-expect t-pass', 'k-expect t-fail', 'k-expect t-warning']);
    expect(text).toContain('expected <b>&quot;42&quot;</b>, came <b>&quot;442&quot;</b>');
  });

  it.each([
    [
      'what the application answered',
      'newCall → ivr',
      200,
      '<b>newCall → ivr</b> <span class="sub">200 · 2.4 ms</span>',
    ],
    ['a status only once', 'callAnswered → 200', 200, '<b>callAnswered</b> <span class="sub">200 · 2.4 ms</span>'],
    ['no answer only once', 'alarm → no answer', 0, '<b>alarm</b> <span class="sub">no answer · 2.4 ms</span>'],
  ])('tells %s', (_name, summary, status, label) => {
    expect(draw(new Tape(0).http(1, 'callback', summary, { operation: 'x', status }))).toContain(label);
  });

  it('names RTP once', () => {
    expect(draw(new Tape(0).rtp(1, 'target', 'caller', 'RTP, 9 packets', {}))).toContain('<b>RTP</b> 9 packets');
  });

  it('says where time passed', () => {
    expect(draw(new Tape(0).note(0, 'a').note(2500, 'b'))).toContain('2.50 s later');
    expect(draw(new Tape(0).note(0, 'a').note(500, 'b'))).not.toContain('later');
  });

  it('cuts an endless timeline and says so', () => {
    const tape = new Tape(0);
    for (let i = 0; i < 700; i += 1) tape.note(i, `n${i}`);
    expect(draw(tape)).toContain('100 more entries');
  });
});

describe('messages', () => {
  it.each([1_000, 9_000])('JSON that nests %i levels is shown as it came', (levels) => {
    const text = '['.repeat(levels) + ']'.repeat(levels);
    expect(body(text).text).toBe(`<pre>${text}</pre>`);
  });

  it('SIP keeps every line, folded ones and body included', () => {
    const { text } = prettySip(INVITE);
    expect(text.replace(/<[^>]+>/g, '')).toBe(
      'INVITE sip:1@x SIP/2.0\nVia: SIP/2.0/UDP y\n ;folded\nContent-Length: 4\n\nv=0',
    );
  });

  it.each([
    ['no body', '', 'no body'],
    ['not JSON', '<html>', '&lt;html&gt;'],
    [
      'JSON is indented',
      '{"a":[1,true,"<"]}',
      '{\n  &quot;a&quot;: [\n    1,\n    true,\n    &quot;&lt;&quot;\n  ]\n}',
    ],
    ['text that looks like a key', '{"a":"b\\": 1"}', '{\n  &quot;a&quot;: &quot;b\\&quot;: 1&quot;\n}'],
  ])('body: %s', (_name, text, expected) => {
    expect(body(text).text.replace(/<[^>]+>/g, '')).toBe(expected);
  });
});
