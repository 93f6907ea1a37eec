type Spelling = (text: string) => string;

const same: Spelling = (text) => text;
const asJson: Spelling = (text) => JSON.stringify(text).slice(1, -1);
const inUrl: Spelling = (text) => encodeURIComponent(text.toWellFormed());
const inSmallUrl: Spelling = (text) => inUrl(text).replaceAll(/%../g, (one) => one.toLowerCase());
const inForm: Spelling = (text) => inUrl(text).replaceAll('%20', '+');
const slashed: Spelling = (text) => text.replaceAll('/', String.raw`\/`);
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const inXml: Spelling = (text) => text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one);
const inXmlText: Spelling = (text) => text.replaceAll(/[&<>]/g, (one) => entities[one] ?? one);
const unicode: Spelling = (text) =>
  asJson(text).replaceAll(/[^\0-~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
const unicodeLarge: Spelling = (text) =>
  asJson(text).replaceAll(/[^\0-~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
const misread: Spelling = (text) => Buffer.from(text, 'utf8').toString('latin1');

/** Ways in which a text may stand in a message: JSON (RFC 8259 7, with and without the escapes that one may leave out), URL, form, XML. */
const json: readonly Spelling[] = [asJson, unicode, unicodeLarge].flatMap((one) => [one, (text) => slashed(one(text))]);
const ways: readonly Spelling[] = [
  same,
  ...json,
  ...json.map(
    (one): Spelling =>
      (text) =>
        asJson(one(text)),
  ),
  ...[inUrl, inSmallUrl, inForm, inXml, inXmlText],
];

/** What has none of these characters is written everywhere alike. */
const plain = /^[\w.~-]*$/;

/**
 * The spellings of a secret, each with what takes its place: its disguise, spelled in the same way. Also those whose UTF-8 was
 * read as Latin-1, which is how octets are looked through. Pure.
 */
export function spellings(secret: string, other: string): ReadonlyMap<string, string> {
  if (plain.test(secret)) return new Map([[secret, other]]);
  const found = new Map<string, string>();
  for (const way of ways) {
    const [written, instead] = [way(secret), way(other)];
    if (!found.has(written)) found.set(written, instead);
    if (!found.has(misread(written))) found.set(misread(written), misread(instead));
  }
  return found;
}
