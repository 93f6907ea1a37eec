/** Number ranges of a domain (D-DOMAIN): `1000`, `+46890500..+46890599`, `+46*`, `*`. */
export interface NumberRange {
  /** How narrow the range is: of two that match, the greater wins. */
  readonly weight: number;
  matches(user: string): boolean;
}

const between = /^(\+?)(\d{1,18})\.\.(\+?)(\d{1,18})$/;
const prefix = /^(\+?[0-9A-Za-z._-]*)\*$/;
const exact = /^\+?[0-9A-Za-z._-]+$/;

/** Undefined where the text is no range: its ends differ in length, in the plus sign, or are the wrong way round. */
export function parseNumberRange(text: string): NumberRange | undefined {
  const range = between.exec(text);
  if (range !== null) {
    const [, plus = '', from = '', otherPlus = '', to = ''] = range;
    if (plus !== otherPlus || from.length !== to.length || from > to) return undefined;
    // Texts of digits of the same length compare like the numbers they stand for.
    return {
      weight: 1000,
      matches: (user) => {
        const digits = user.startsWith('+') ? user.slice(1) : user;
        const samePlus = user.startsWith('+') === (plus === '+');
        return samePlus && digits.length === from.length && /^\d+$/.test(digits) && digits >= from && digits <= to;
      },
    };
  }
  const head = prefix.exec(text)?.[1];
  if (head !== undefined) return { weight: head.length, matches: (user) => user.startsWith(head) };
  if (exact.test(text)) return { weight: 2000, matches: (user) => user === text };
  return undefined;
}
