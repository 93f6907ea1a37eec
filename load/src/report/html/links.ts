/** Links of the pages. Pure. */

/** A file beside another one, as a relative link whatever the name: it can be no scheme and leave the folder of the report neither. */
export function beside(path: string, name: string): string {
  const folders = path.split(/[\\/]/).slice(0, -1);
  const parts = [...folders, name].filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.map((part, i) => (i === 0 ? `./${encodeURIComponent(part)}` : encodeURIComponent(part))).join('/');
}
