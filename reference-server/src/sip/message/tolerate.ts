import { consistsOf, token } from './chars.ts';
import { quote } from './quoted.ts';
import { splitList } from './split.ts';
import type { ParseWarningCode } from './types.ts';

/** Headers whose elements are addresses with parameters; by lower-case name. */
const addresses = new Set(
  'from to contact reply-to route record-route path refer-to referred-by p-asserted-identity diversion'.split(' '),
);
/** Others whose value may have parameters. */
const parametrised = new Set(['via', 'content-type', 'session-expires', 'event', 'subscription-state']);

/**
 * What a display name without quotes may not hold even when it is taken liberally: a comma may begin the next address, a
 * semicolon the parameters, a quote or bracket may be anything; control characters are nothing that anybody means.
 */
const ambiguous = /[",;<>\\\u0000-\u0008\u000a-\u001f\u007f]/;

/** Puts quotes around a display name that needs them; undefined when it has them or does not need them. */
function withQuotes(element: string): string | undefined {
  const open = element.indexOf('<');
  const name = open < 1 ? '' : element.slice(0, open).trim();
  if (name === '' || ambiguous.test(name)) return undefined;
  const plain = name.split(/[ \t]+/).every((word) => consistsOf(word.replace(/[\u0080-\uffff]/g, 'x'), token));
  return plain ? undefined : `${quote(name)} ${element.slice(open)}`;
}

/**
 * The value that a sender must have meant, and what was wrong with it: a display name that ought to be in quotes, a
 * semicolon behind the last parameter. All else is left to the parsers. RFC 4475 3.1.2.15 leaves it open; because the value
 * is mended here, nothing wrong is passed on.
 */
export function tolerate(
  key: string,
  value: string,
): { value: string; codes: readonly ParseWarningCode[] } | undefined {
  const address = addresses.has(key);
  if (!address && !parametrised.has(key)) return undefined;
  const codes = new Set<ParseWarningCode>();
  const elements = splitList(value).map((element) => {
    let mended = element;
    const named = address ? withQuotes(element) : undefined;
    if (named !== undefined) {
      codes.add('display-name');
      mended = named;
    }
    if (!/[^;\s]\s*;$/.test(mended)) return mended;
    codes.add('trailing-semicolon');
    return mended.slice(0, -1).trimEnd();
  });
  return codes.size === 0 ? undefined : { value: elements.join(', '), codes: [...codes] };
}
