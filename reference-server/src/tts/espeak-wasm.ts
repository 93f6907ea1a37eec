/**
 * A program of its own: speaks its standard input by the WebAssembly build of espeak-ng, writes WAV to its standard
 * output. Takes the options of espeak-ng. It is the only file that loads that package, which is GPL-3.0-or-later.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface FileSystem {
  writeFile(path: string, data: string): void;
  readFile(path: string): Uint8Array;
}
interface Module {
  readonly FS: FileSystem;
}
type Start = (options: {
  readonly arguments: readonly string[];
  readonly preRun: readonly ((module: Module) => void)[];
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}) => Promise<Module>;

// Not a literal: the package is optional, and its types do not exist.
const name: string = 'espeak-ng';
const { default: start }: { default: Start } = await import(name);
const options = process.argv.slice(2);
const lines: string[] = [];
const speaking = !options.includes('--voices');
const text = speaking ? readFileSync(0, 'utf8') : '';

const module = await start({
  arguments: speaking ? [...options, '-w', '/out.wav', '-f', '/in.txt'] : options,
  preRun: [({ FS }) => FS.writeFile('/in.txt', text)],
  print: (line) => lines.push(line),
  printErr: (line) => process.stderr.write(`${line}\n`),
});
writeFileSync(1, speaking ? module.FS.readFile('/out.wav') : lines.join('\n'));
