/** Text that is HTML already. Made by `html` alone, so whatever is not of this class gets escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. `false`, `undefined` and `null` are nothing. */
export type Part = Markup | string | number | false | undefined | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for element content and for quoted attributes. Control characters that HTML forbids, which a peer can
 * put into a SIP header, become visible pictures of themselves.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, (char) => String.fromCodePoint(0x2400 + (char.codePointAt(0) ?? 0)))
    .replace(/\x7f/g, '\u2421');
}

/** A template whose values are escaped unless they are markup themselves; lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join(''));
}

/** Text that is known to be safe where it is put: our own style sheet and script. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Data for a `<script type="application/json">`: no `<` is left, so nothing inside can end the element. */
export function json(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value)
      .replace(/</g, '\\u003c')
      .replace(/\u2028/g, '\\u2028')
      .replace(/\u2029/g, '\\u2029'),
  );
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(render).join('');
}
