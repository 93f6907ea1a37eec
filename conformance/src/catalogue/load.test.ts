import { describe, expect, it } from 'vitest';
import { loadRows, sourceText } from './load.ts';

describe('loadRows', () => {
  const rows = loadRows();

  it('has rows enough, each slug once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rows.map((row) => row.slug)).size).toBe(rows.length);
  });

  it('gives every row a source to show', () => {
    expect(rows.filter((row) => row.source === '').map((row) => row.slug)).toEqual([]);
  });
});

describe('sourceText', () => {
  it.each([
    ['a callback', { callback: 'newCall', property: 'calledParty' }, 'callback newCall, calledParty'],
    [
      'a part',
      { operation: 'hangupCall', part: 'answer', property: 'success' } as const,
      'operation hangupCall answer, success',
    ],
    ['a whole operation', { operation: 'hangupCall' }, 'operation hangupCall'],
    ['a schema', { schema: 'Phrase', property: 'format' }, 'schema Phrase, format'],
    ['a decision', { decision: 'D-DTMF' }, 'D-DTMF'],
    ['an RFC', { rfc: 4733, section: '2.5' }, 'RFC 4733 2.5'],
    ['a whole RFC', { rfc: 3262 }, 'RFC 3262'],
  ])('%s', (_name, source, text) => {
    expect(sourceText(source)).toBe(text);
  });
});
