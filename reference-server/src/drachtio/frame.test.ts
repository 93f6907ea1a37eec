import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameError, FrameReader } from './frame.ts';

describe('FrameReader', () => {
  it('gives back what was framed, however the stream is cut', () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme' }).filter((text) => text !== ''),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (messages, step) => {
        const stream = Buffer.concat(messages.map((text) => encodeFrame(text)));
        const reader = new FrameReader();
        const read: string[] = [];
        for (let at = 0; at < stream.byteLength; at += step) {
          read.push(...reader.push(stream.subarray(at, at + step)).map((frame) => frame.toString('utf8')));
        }
        expect(read).toEqual(messages);
      }),
    );
  });

  it.each([
    { name: 'no length', bytes: '#abc' },
    { name: 'a length that is no number', bytes: '1x#abc' },
    { name: 'a length without end', bytes: '123456789' },
    { name: 'a length with a sign', bytes: '-1#a' },
    { name: 'a frame above the limit', bytes: '101#' },
  ])('refuses $name', ({ bytes }) => {
    const reader = new FrameReader({ frame: 100 });
    expect(() => reader.push(Buffer.from(bytes))).toThrow(FrameError);
  });
});

describe('encodeFrame', () => {
  it('counts bytes, not characters', () => {
    expect(encodeFrame('é|👋').toString('utf8')).toBe('7#é|👋');
  });

  it('puts a message below its head line', () => {
    expect(encodeFrame('1|sip', Buffer.from('é')).toString('utf8')).toBe('9#1|sip\r\né');
  });
});
