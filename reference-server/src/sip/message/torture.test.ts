import { describe, expect, it } from 'vitest';
import { tortureCases } from '../../../../fixtures/sip/torture/index.ts';
import { parseMessage, parseMultipart, serializeMessage, validateRequest } from './index.ts';

const extensions = ['100rel', 'timer'];
const rows = tortureCases.map((each) => ({ ...each, title: `${each.section} ${each.name}` }));
const accepted = rows.filter(({ expect: { outcome } }) => outcome === 'accept');
const rejected = rows.flatMap((row) =>
  row.expect.outcome === 'reject' ? [{ ...row, status: row.expect.status }] : [],
);
const dropped = rows.filter(({ expect: { outcome } }) => outcome === 'drop');

function parsed(name: string) {
  const found = tortureCases.find((each) => each.name === name);
  const result = parseMessage(found?.bytes ?? new Uint8Array());
  if (!result.ok) throw new Error(result.error.message);
  return result;
}

describe('RFC 4475', () => {
  it('has every section', () => {
    expect(new Set(rows.map(({ section }) => section)).size).toBe(13 + 19 + 1 + 15 + 1);
  });

  it.each(accepted)('$title is accepted', ({ bytes }) => {
    const result = parseMessage(bytes);
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    if (result.message.kind === 'request') expect(validateRequest(result.message, { extensions })).toBeUndefined();
    const again = parseMessage(serializeMessage(result.message));
    expect(again).toMatchObject({ ok: true });
    if (!again.ok) return;
    // Content-Length is added where it was missing and written anew; all else comes back as it was.
    result.message.headers.delete('Content-Length');
    again.message.headers.delete('Content-Length');
    expect(again.message).toEqual(result.message);
  });

  it.each(rejected)('$title is refused', ({ bytes, status }) => {
    const result = parseMessage(bytes);
    if (result.ok) {
      expect(result.message.kind).toBe('request');
      if (result.message.kind === 'request')
        expect(status).toContain(validateRequest(result.message, { extensions })?.status);
    } else {
      expect(status).toContain(result.error.status);
      // There is enough to answer with.
      expect(result.partial?.headers.has('Via')).toBe(true);
      expect(result.partial?.headers.has('CSeq')).toBe(true);
    }
  });

  it.each(dropped)('$title is dropped', ({ bytes }) => {
    const result = parseMessage(bytes);
    expect(result.ok).toBe(false);
    expect(result).not.toHaveProperty('partial');
  });
});

describe('what the unusual messages say', () => {
  it('unfolds and trims', () => {
    const { headers } = parsed('white-space-everywhere').message;
    expect(headers.get('To')).toBe('sip:vivian@harbour.example ;   tag    = 9-7q');
    expect(headers.getList('Via')).toHaveLength(3);
    expect(headers.get('Subject')).toBe('');
    expect(headers.get('CSeq')).toBe('0011 INVITE');
  });

  it('keeps UTF-8, quotes and signs of a reason phrase', () => {
    expect(parsed('unusual-reason').message).toMatchObject({ reason: '= 2**3 * 5**2 но сто "十" "<sip>"' });
    expect(parsed('empty-reason').message).toMatchObject({ status: 100, reason: '' });
  });

  it('leaves the second message of a datagram out', () => {
    const { message, warnings } = parsed('trailing-bytes');
    expect(message).toMatchObject({ method: 'REGISTER' });
    expect(message.body).toHaveLength(0);
    expect(warnings.map(({ code }) => code)).toEqual(['trailing-bytes']);
  });

  it('takes a binary part whole', () => {
    const { headers, body } = parsed('multipart').message;
    const parts = parseMultipart(headers.get('Content-Type') ?? '', body);
    expect(parts?.map((part) => part.body.length)).toEqual([4, 256]);
    expect(parts?.[1]?.body).toEqual(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  });
});
