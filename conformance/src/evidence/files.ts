import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redactor } from './redactor.ts';

/** Takes secrets out of what others have written down: SIPp. */
export async function redactFiles(directory: string, redactor: Redactor): Promise<void> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of files.filter((one) => /\.(?:log|xml)$/.test(one))) {
    const path = join(directory, name);
    const bytes = await readFile(path);
    redactor.collect(bytes.toString('utf8'));
    const other = redactor.bytes(bytes);
    if (other === bytes) continue;
    // SIPp in a container leaves files that are not ours; what is ours is their directory.
    await writeFile(`${path}.redacted`, other);
    await rename(`${path}.redacted`, path);
  }
}
