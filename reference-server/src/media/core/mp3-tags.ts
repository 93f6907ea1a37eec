/**
 * The two tags around the frames of an MP3 recording, for programs that do not count frames. sox takes its length from the
 * first one and ends there; it also loses the last frame of a file unless something follows, and any tag will do.
 */

/** Room for a length of any number of digits; what is not needed is padding (ID3v2.3.0 section 3.3). */
const ROOM = 32;
export const LENGTH_TAG_BYTES = 10 + ROOM;

/** ID3v2.3 with one text frame, TLEN: milliseconds (sections 3.1, 3.3, 4.2.1). Of the same size whatever it says. */
export function lengthTag(milliseconds: number): Uint8Array<ArrayBuffer> {
  const tag = new Uint8Array(LENGTH_TAG_BYTES);
  const view = new DataView(tag.buffer);
  const text = latin1(String(milliseconds));
  tag.set(latin1('ID3\x03'));
  // Seven bits each; the last is enough.
  view.setUint8(9, ROOM);
  tag.set(latin1('TLEN'), 10);
  // The byte before the text says how it is encoded: 0, ISO 8859-1.
  view.setUint32(14, 1 + text.length);
  tag.set(text, 21);
  return tag;
}

/** APEv2 without an item, which is a footer alone: version 2.000, its own size, no items, no flags. */
export function endTag(): Uint8Array<ArrayBuffer> {
  const tag = new Uint8Array(32);
  const view = new DataView(tag.buffer);
  tag.set(latin1('APETAGEX'));
  view.setUint32(8, 2000, true);
  view.setUint32(12, tag.length, true);
  return tag;
}

/** Whether a tag begins there, at the front or at the end of a file: ID3v2, ID3v1 or APE. */
export function isTag(bytes: Uint8Array, at: number): boolean {
  const found = String.fromCharCode(...bytes.subarray(at, at + 8));
  return found.startsWith('ID3') || found.startsWith('TAG') || found === 'APETAGEX';
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
