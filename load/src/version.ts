import { readFileSync } from 'node:fs';

/** Name of the program. */
export const NAME = 'mediaservice-load';

/** Version of the package. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version: found } = JSON.parse(text) as { version?: unknown };
  return typeof found === 'string' ? found : 'unknown';
}
