import { describe, expect, it } from 'vitest';
import { escapeHtml, html, json } from './markup.ts';

describe('escapeHtml', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['plain text', 'INVITE sip:1@x', 'INVITE sip:1@x'],
    ['a tag', '<script>', '&lt;script&gt;'],
    ['both quotes', `"'`, '&quot;&#39;'],
    ['an entity', '&lt;', '&amp;lt;'],
    ['control characters', '\x00\x07\x1b\x7f', '␀␇␛␡'],
    ['white space stays', 'a\tb\r\n', 'a\tb\r\n'],
  ];
  it.each(rows)('%s', (_name, text, escaped) => {
    expect(escapeHtml(text)).toBe(escaped);
  });
});

describe('html', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['escapes values', html`<p title="${'"><b>'}">${'<i>'}</p>`.text, '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;</p>'],
    ['keeps markup', html`<p>${html`<b>${'&'}</b>`}</p>`.text, '<p><b>&amp;</b></p>'],
    ['joins lists', html`${['<', html`<br>`, 3]}`.text, '&lt;<br>3'],
    ['leaves nothing for nothing', html`[${undefined}${null}${false}]`.text, '[]'],
    ['keeps zero', html`${0}`.text, '0'],
  ];
  it.each(rows)('%s', (_name, made, expected) => {
    expect(made).toBe(expected);
  });
});

it('json cannot end its script element and reads back as it was', () => {
  const value = { a: '</script><!--<script>', b: '\u2028\u2029' };
  const { text } = json(value);
  expect(text).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});
