/** JSON from outside, refused where it nests deeper than any message needs: printing it again would exhaust the stack. */
import type { Json } from '../session/ports.ts';

export const maxDepth = 64;

/** Brackets open at once, strings left aside. The text need not be valid. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
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
