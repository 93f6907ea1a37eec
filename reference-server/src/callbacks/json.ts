/** JSON from outside, refused where it nests deeper than any message needs: printing it again would exhaust the stack. */
import type { Json } from '../session/json.ts';

export const maxDepth = 64;

const backslash = 0x5c;
const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** The one bit by which `{` and `}` differ from `[` and `]`. */
const small = 0x20;

/** Brackets open at once, strings left aside. The text need not be valid. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (quoted) {
      if (character === backslash) i++;
      else if (character === quote) quoted = false;
    } else if (character === quote) quoted = true;
    else if ((character | small) === openBrace) deepest = Math.max(deepest, ++depth);
    else if ((character | small) === closeBrace) depth--;
  }
  return deepest;
}

/** Undefined where the text is no JSON or nests too deep. */
export function parseJson(text: string): { readonly value: Json } | undefined {
  if (depthOf(text) > maxDepth) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
