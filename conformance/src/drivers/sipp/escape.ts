/**
 * Text on its way into a SIPp scenario. In a message `[name]` is a keyword and a backslash may start an escape, so both
 * are written as SIPp's `\xHH` when they are meant as they stand. What shall be a keyword is marked by `keyword()`.
 */
const open = '\u{E000}';
const close = '\u{E001}';

/** A SIPp keyword inside text that is otherwise taken literally: `keyword('rtp_port')`. */
export const keyword = (name: string): string => `${open}${name}${close}`;

/** Literal text for the CDATA of a message. */
export function literal(text: string): string {
  if (text.includes(']]>')) throw new Error('A SIPp message cannot hold "]]>", which ends its CDATA section');
  return text.replaceAll('\\', '\\x5C').replaceAll('[', '\\x5B').replaceAll(open, '[').replaceAll(close, ']');
}

/** Text inside an XML attribute. */
export const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
