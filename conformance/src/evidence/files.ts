import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redactor } from './redactor.ts';

/** Takes secrets out of what others have written down: SIPp. */
export async function redactFiles(directory: string, redactor: Redactor): Promise<void> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of files.filter((one) => /\.(?:log|xml)$/.test(one))) {
    const path = join(directory, name);
    const text = await readFile(path, 'utf8');
    redactor.collect(text);
    const other = redactor.text(text);
    if (other === text) continue;
    // SIPp in a container leaves files that are not ours; what is ours is their directory.
    await writeFile(`${path}.redacted`, other);
    await rename(`${path}.redacted`, path);
  }
}
