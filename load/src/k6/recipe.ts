/** What is compiled into one k6: which k6, which module `k6/x/sip`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Extension = 'own' | 'xk6-sip';
export const extensions: readonly Extension[] = ['own', 'xk6-sip'];

/** A Go program that is k6 with one extension. */
export interface Recipe {
  readonly extension: Extension;
  /** What a report says: `own`, `xk6-sip v0.4.0`. */
  readonly label: string;
  readonly k6: string;
  /** Oldest Go that compiles it, as major.minor. */
  readonly go: readonly [number, number];
  /** Changes whenever another binary would come out on the same platform. */
  readonly key: string;
  /** Files that are written into an empty folder and compiled there; absent: `directory` is compiled as it is. */
  readonly files?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** The package in that folder. */
  readonly package: string;
}

const k6ForXk6Sip = 'v2.3.0';
const xk6Sip = 'v0.4.0';

/** k6 with xk6-sip: the main package that xk6 writes, and nothing else. */
export function xk6SipRecipe(): Recipe {
  return {
    extension: 'xk6-sip',
    label: `xk6-sip ${xk6Sip}`,
    k6: k6ForXk6Sip,
    go: [1, 26],
    key: `k6-${k6ForXk6Sip}-xk6-sip-${xk6Sip}`,
    package: '.',
    files: {
      'go.mod': `module k6\n\ngo 1.26\n\nrequire (\n\tgithub.com/Dmitry-Fedotov-Dev/xk6-sip ${xk6Sip}\n\tgo.k6.io/k6/v2 ${k6ForXk6Sip}\n)\n`,
      'main.go':
        'package main\n\nimport (\n\t"go.k6.io/k6/v2/cmd"\n\n\t_ "github.com/Dmitry-Fedotov-Dev/xk6-sip"\n)\n\nfunc main() { cmd.Execute() }\n',
    },
  };
}

/** k6 with the module in `directory`, the key made of what lies there. */
export async function ownRecipe(directory: string): Promise<Recipe> {
  const names = (await readdir(directory, { recursive: true }))
    .filter((name) => (name.endsWith('.go') && !name.endsWith('_test.go')) || name === 'go.mod' || name === 'go.sum')
    .sort();
  const hash = createHash('sha256');
  let mod = '';
  for (const name of names) {
    const text = await readFile(join(directory, name), 'utf8');
    if (name === 'go.mod') mod = text;
    hash.update(`${name}\0${text}\0`);
  }
  const k6 = /^\s*(?:require\s+)?go\.k6\.io\/k6(?:\/v\d+)?\s+(\S+)/m.exec(mod)?.[1];
  const go = /^go (\d+)\.(\d+)/m.exec(mod);
  if (k6 === undefined || go === null) throw new Error(`go.mod in ${directory} names no k6 and no Go`);
  return {
    extension: 'own',
    label: 'own',
    k6,
    go: [Number(go[1]), Number(go[2])],
    key: `k6-${k6}-own-${hash.digest('hex').slice(0, 12)}`,
    package: './cmd/k6',
    directory,
  };
}
