/** Whether a text is SSML that a synthesiser can be trusted with: one `speak` element with balanced tags. */

/** What is wrong, or undefined. */
export function checkSsml(text: string): string | undefined {
  const open: string[] = [];
  let roots = 0;
  let end = 0;
  for (const match of text.matchAll(
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s[^<>]*?)?)(\/?)>/g,
  )) {
    const between = text.slice(end, match.index);
    if (between.includes('<')) return 'contains a < that begins no tag';
    if (open.length === 0 && between.trim() !== '') return 'must be one speak element';
    end = match.index + match[0].length;
    const name = match[2];
    if (name === undefined) continue;
    if (match[1] === '/') {
      if (open.pop() !== name) return `closes ${name}, which is not open`;
      continue;
    }
    if (open.length === 0 && (name !== 'speak' || ++roots > 1)) return 'must be one speak element';
    if (match[4] !== '/') open.push(name);
  }
  if (open.length > 0) return `leaves ${open.at(-1)} open`;
  return roots !== 1 || text.slice(end).trim() !== '' ? 'must be one speak element' : undefined;
}
