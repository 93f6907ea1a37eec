import { createHash } from 'node:crypto';

/** What a character is, and those of which one takes its place: of the same length in UTF-8, in UTF-16, and escaped in JSON. */
type Kind = readonly [of: RegExp, instead: readonly string[]];

const between = (first: string, last: string): string[] => {
  const from = first.codePointAt(0) ?? 0;
  return Array.from({ length: (last.codePointAt(0) ?? 0) - from + 1 }, (_, i) => String.fromCodePoint(from + i));
};
const of = (form: RegExp, first: string, last: string): Kind => [form, between(first, last)];

const ascii: readonly Kind[] = [
  of(/[0-9]/, '0', '9'),
  of(/[a-f]/, 'a', 'f'),
  of(/[g-z]/, 'g', 'z'),
  of(/[A-F]/, 'A', 'F'),
  of(/[G-Z]/, 'G', 'Z'),
  // Keys of a telephone: two of them alone could be guessed.
  of(/[*#]/, '0', '9'),
  [/["\\]/, ['"', '\\']],
  // What is unreserved stands in URLs, headers and JSON alike (RFC 3986 2.3).
  [/[!-~]/, ['-', '.', '_', '~']],
];
const two: readonly Kind[] = [
  of(/(?=\p{Script=Cyrillic})\p{Lu}/u, 'А', 'Я'),
  of(/\p{Script=Cyrillic}/u, 'а', 'я'),
  of(/(?=\p{Script=Greek})\p{Lu}/u, 'Α', 'Ρ'),
  of(/\p{Script=Greek}/u, 'α', 'ρ'),
  of(/\p{Script=Hebrew}/u, 'א', 'ת'),
  of(/\p{Script=Arabic}/u, 'ا', 'غ'),
  of(/\p{Lu}/u, 'À', 'Ö'),
  of(/./su, 'à', 'ö'),
];
const three: readonly Kind[] = [
  of(/\p{Script=Hiragana}/u, 'ぁ', 'ゖ'),
  of(/\p{Script=Katakana}/u, 'ァ', 'ヺ'),
  of(/\p{Script=Hangul}/u, '가', '힣'),
  of(/\p{Script=Thai}/u, 'ก', 'ฮ'),
  of(/\p{Script=Devanagari}/u, 'अ', 'ह'),
  of(/./su, '一', '龥'),
];
const four: readonly Kind[] = [of(/./su, '😀', '🙏')];

const kindsOf = (letter: string): readonly Kind[] => {
  const code = letter.codePointAt(0) ?? 0;
  return code < 0x80 ? ascii : code < 0x800 ? two : code < 0x10000 ? three : four;
};

/** Texts whose separators say what they are, and nothing else: UUID, number, address of mail or SIP, JWT (RFC 7519 3). */
const forms: readonly RegExp[] = [
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  /^\+?\d[\d ()/.-]*$/,
  /^(?:sips?:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/,
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
];

/**
 * Another text for a secret, the same for the same key. Each character becomes one of its kind; white space stays, and the
 * separators of what has a form. As long in UTF-16 and in UTF-8. Pure.
 */
export function disguise(secret: string, key: Uint8Array): string {
  const formed = forms.some((form) => form.test(secret));
  const letters = [...secret];
  for (let round = 0; ; round++) {
    const next = noise(secret, key, round);
    const other = letters
      .map((letter) => {
        if (/[\s\p{Cc}]/u.test(letter) || (formed && !/\w/.test(letter))) return letter;
        const instead = kindsOf(letter).find(([kind]) => kind.test(letter))?.[1] ?? ['-'];
        return instead[next(instead.length)] ?? '-';
      })
      .join('');
    // By chance, where it is short; white space alone has no other.
    if (other !== secret || round === rounds) return other;
  }
}

const rounds = 8;

/** Numbers below a limit, from the key and the secret. */
function noise(secret: string, key: Uint8Array, round: number): (limit: number) => number {
  let bytes = Buffer.alloc(0);
  let at = 0;
  let block = 0;
  const next = (): number => {
    if (at === bytes.length) {
      // No HMAC: its key objects cost a sixth of all evidence. What is made of the noise does not show it, so nothing can be added.
      bytes = createHash('sha256').update(key).update(`${round}:${block++}:${secret}`).digest();
      at = 0;
    }
    return bytes[at++] ?? 0;
  };
  return (limit) => (limit <= 256 ? next() : next() * 256 + next()) % limit;
}
