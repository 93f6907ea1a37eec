import { html, type Markup, type Part } from './markup.ts';
import { count } from './words.ts';

/** A SIP message as it was on the wire, its start line, header names and body told apart. */
export function prettySip(raw: string): Markup {
  const text = raw.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text.trimEnd() : text.slice(0, end);
  const content = end < 0 ? '' : text.slice(end + 2).trimEnd();
  const [start = '', ...lines] = head.split('\n');
  const marked = lines.map((line): Part => {
    const colon = line.indexOf(':');
    if (colon <= 0 || /^\s/.test(line)) return html`\n${line}`;
    return html`\n<span class="n">${line.slice(0, colon)}</span>${line.slice(colon)}`;
  });
  return html`<pre class="sip"><b>${start}</b>${marked}${content !== '' && html`\n\n<span class="b">${content}</span>`}</pre>`;
}

/** HTTP headers, one a line, folded away: they matter seldom. */
export function headers(values: Readonly<Record<string, string>>): Part {
  const lines = Object.entries(values);
  if (lines.length === 0) return undefined;
  return html`<details class="headers"><summary>${count(lines.length, 'header')}</summary><pre>${lines.map(
    ([name, value], i) => html`${i > 0 ? '\n' : ''}<span class="n">${name}</span>: ${value}`,
  )}</pre></details>`;
}

/** A body: JSON is indented and its keys marked, anything else is shown as it is. */
export function body(text: string): Markup {
  if (text === '') return html`<p class="about">no body</p>`;
  const json = indented(text);
  return json === undefined ? html`<pre>${text}</pre>` : html`<pre class="json">${paint(json)}</pre>`;
}

/** How much longer than on the wire a body may become by its indentation: deep nesting makes pages of blanks. */
const longest = 20;

/** Undefined for what is no JSON, or nests deeper than anybody reads. */
function indented(text: string): string | undefined {
  try {
    const json = JSON.stringify(JSON.parse(text), null, 2);
    return json.length > longest * text.length + 1_000 ? undefined : json;
  } catch {
    // No JSON, or too deep to be written again.
    return undefined;
  }
}

/** Marks keys and values of indented JSON. */
function paint(text: string): Part {
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(token)) {
    parts.push(text.slice(done, match.index));
    const [whole, quoted, colon] = match;
    if (quoted === undefined) parts.push(html`<span class="l">${whole}</span>`);
    else if (colon === undefined) parts.push(html`<span class="s">${quoted}</span>`);
    else parts.push(html`<span class="n">${quoted}</span>${colon}`);
    done = match.index + whole.length;
  }
  return [...parts, text.slice(done)];
}
