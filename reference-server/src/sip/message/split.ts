import { trimLws } from './chars.ts';

const quote = 0x22;
const backslash = 0x5c;
const open = 0x3c;
const close = 0x3e;

/**
 * Cuts `text` at `separator` (one character code), but not inside quoted strings or between angle brackets; the pieces
 * are trimmed. Empty pieces stay: what they mean depends on the header.
 */
export function splitOutside(text: string, separator: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let angle = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === backslash) at++;
      else if (code === quote) quoted = false;
    } else if (code === quote) quoted = true;
    else if (code === open) angle = true;
    else if (code === close) angle = false;
    else if (code === separator && !angle) {
      pieces.push(trimLws(text.slice(start, at)));
      start = at + 1;
    }
  }
  pieces.push(trimLws(text.slice(start)));
  return pieces;
}

/** Elements of a comma-separated header value, quotes and angle brackets respected; empty elements are dropped. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return value === '' ? [] : [value];
  return splitOutside(value, 0x2c).filter((piece) => piece !== '');
}
