/** Which target a run is about, when the command line says little or nothing of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The file that `init` writes, and that is looked for where no other is named. */
export const TARGET_FILE = 'mediaservice-target.yaml';

/** In place of a file's name: the reference server that comes along, whatever file lies here. */
export const EMBEDDED = 'embedded';

/** `file`: the target file to read; absent: the embedded reference server. `told`: why, where that is not plain. */
interface Choice {
  readonly file?: string;
  readonly told?: string;
}

/**
 * Settles what is judged: the file that was named, else the one in `directory`, else the embedded reference server. A file that
 * says `embedded: true` stands for the embedded one too; nothing else of it is read then.
 */
export async function whichTarget(named: string | undefined, directory: string): Promise<Choice> {
  if (named === EMBEDDED) return {};
  const path = named ?? join(directory, TARGET_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  // One that was named and cannot be read is a fault, which whoever loads it tells.
  if (text === undefined) return named === undefined ? {} : { file: named };
  if (saysEmbedded(text)) {
    return { told: `${named ?? TARGET_FILE} says embedded: true, so the reference server that comes along is meant` };
  }
  return named === undefined ? { file: path, told: `the target is the one of ${TARGET_FILE}` } : { file: named };
}

function saysEmbedded(text: string): boolean {
  try {
    const content: unknown = parse(text);
    return typeof content === 'object' && content !== null && 'embedded' in content && content.embedded === true;
  } catch {
    return false;
  }
}
