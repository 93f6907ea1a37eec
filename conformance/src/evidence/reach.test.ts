import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url));
/** What no record has: time, chance and sockets that a scenario gets by itself. */
const past =
  /\b(?:setTimeout|setInterval|setImmediate|randomUUID|randomBytes|Math\.random|Date\.now|performance\.now|process\.(?:env|pid|hrtime))\b|new Date\(\)|'(?:node:)?(?:dgram|net|http|https|tls|fs|fs\/promises|child_process|timers|timers\/promises|dns|os)'|'undici'|(?<![.\w])fetch\(/;

it('scenarios reach nothing but through ctx: otherwise nobody could judge them again', () => {
  const files = globSync('**/*.ts', { cwd: folder });
  const own = files.filter((file) => !/^support\/.*\.test\.ts$/.test(file));
  const found = own.flatMap((file) => {
    const text = readFileSync(new URL(`../scenarios/${file}`, import.meta.url), 'utf8');
    const hit = past.exec(text)?.[0];
    return hit === undefined ? [] : [`${file}: ${hit}`];
  });
  expect(own.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
