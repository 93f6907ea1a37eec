/** The same tables as a page that is readable alone. */
import type { Report } from './report.ts';
import { origin, remarks, tables } from './text.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;margin:1.5rem 0;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .8rem;border-bottom:1px solid #8884;text-align:right}
th:first-child,td:first-child{text-align:left}
:root{color-scheme:light dark}`;

export function page(report: Report): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const body = tables(report).map(
    ({ head, rows }) => `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`,
  );
  const said = remarks(report).map((each) => `<li>${escaped(each)}</li>`);
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><style>${STYLE}</style>`,
    `<h1>Bench</h1><p><strong>${escaped(report.summary)}</strong></p><p>${escaped(origin(report))}</p>`,
    ...body,
    ...(said.length > 0 ? [`<ul>${said.join('')}</ul>`] : []),
    '</html>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
