import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tortureCases } from '../../../../fixtures/sip/torture/index.ts';
import * as sip from './index.ts';

const run = { seed: 3261, numRuns: 400 };
const tokenText = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
/** A value as the parser gives it: no line ends, no white space around. */
const valueText = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replace(/[\u0000-\u001f\u007f]/g, '').trim());
const headerList = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('v', 'Via', 'f', 'TO', 'call-id', 'x-Thing', 'Subject', 'Content-Type'), tokenText),
      valueText,
    ),
    { maxLength: 12 },
  )
  .map((fields) => new sip.Headers(fields.filter(([name]) => !/^(l|content-length)$/i.test(name))));
const body = fc.uint8Array({ maxLength: 60 });
const request = fc.record({
  kind: fc.constant('request' as const),
  method: tokenText,
  uri: fc.stringMatching(/^[!-~]{1,30}$/),
  headers: headerList,
  body,
});
const response = fc.record({
  kind: fc.constant('response' as const),
  status: fc.integer({ min: 100, max: 699 }),
  // A reason phrase keeps its spaces.
  reason: valueText,
  headers: headerList,
  body,
});

describe('any message', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(request, response), (message) => {
        const result = sip.parseMessage(sip.serializeMessage(message));
        if (!result.ok) throw new Error(result.error.message);
        expect(result.message.headers.get('Content-Length')).toBe(String(message.body.length));
        result.message.headers.delete('Content-Length');
        expect(result.message).toEqual(message);
      }),
      run,
    );
  });

  it('comes out of a stream as it was, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(request, response), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        (messages, size) => {
          const bytes = Buffer.concat(messages.map((message) => sip.serializeMessage(message)));
          const framer = sip.createStreamFramer();
          const events: sip.FrameEvent[] = [];
          for (let at = 0; at < bytes.length; at += size) events.push(...framer.push(bytes.subarray(at, at + size)));
          const bodies = events.map((event) => (event.type === 'message' ? event.message.body : event));
          expect(bodies).toEqual(messages.map((message) => message.body));
        },
      ),
      { ...run, numRuns: 100 },
    );
  });
});

describe('any bytes', () => {
  const readers: ((text: string) => unknown)[] = [
    sip.parseUri,
    sip.parseNameAddr,
    sip.parseVia,
    sip.parseCSeq,
    sip.parseRAck,
    sip.parseSessionExpires,
    sip.parseParams,
    sip.splitList,
    sip.tagOf,
    sip.unescapeUri,
    sip.unquote,
  ];
  const check = (bytes: Uint8Array) => {
    const result = sip.parseMessage(bytes);
    if (result.ok) {
      sip.serializeMessage(result.message);
      if (result.message.kind === 'request') sip.validateRequest(result.message, { extensions: [], methods: [] });
      for (const { value } of result.message.headers) for (const reader of readers) reader(value);
    } else expect(result.error.message).not.toBe('');
    const framer = sip.createStreamFramer();
    expect([...framer.push(bytes), ...framer.end()]).toBeInstanceOf(Array);
  };

  it('are read without an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), run);
  });

  it('are read without an exception when they are nearly a message', () => {
    const mutation = fc.record({
      row: fc.nat({ max: tortureCases.length - 1 }),
      edits: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 6,
      }),
    });
    fc.assert(
      fc.property(mutation, ({ row, edits }) => {
        const bytes = Uint8Array.from(tortureCases[row]?.bytes ?? []);
        for (const [where, byte] of edits) bytes[Math.floor(where * (bytes.length - 1))] = byte;
        check(bytes);
      }),
      { ...run, numRuns: 600 },
    );
  });

  it('are read without an exception as single values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const reader of readers) expect(() => reader(text)).not.toThrow();
      }),
      run,
    );
  });
});
