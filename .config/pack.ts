/**
 * Packs the workspaces for publishing: `make pack`. Node runs no TypeScript that lies in node_modules, so a tarball holds
 * the compiled `dist/`. Everything is put together in reports/pack/; the work tree is only read, whatever happens.
 * The last line names the tarballs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const packages = ['spec', 'fixtures', 'reference-server', 'conformance'] as const;

type Json = string | { readonly [name: string]: Json };
interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly exports?: Json;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Where a source file's compiled form lies in the package: `src/` becomes `dist/`, a package without `src/` moves into it. */
function built(source: string): string {
  const inside = source.replace(/^\.\//, '').replace(/^src\//, '');
  return `./dist/${inside.replace(/\.ts$/, '')}`;
}

/** The `exports` of the work tree, with compiled files and their types in place of TypeScript. */
function published(entry: Json): Json {
  if (typeof entry === 'string') {
    return entry.endsWith('.ts') ? { types: `${built(entry)}.d.ts`, default: `${built(entry)}.js` } : entry;
  }
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, published(value)]));
}

/**
 * What a package looks for at run time and imports nowhere: found where it is installed, told in a sentence where not. Not a
 * dependency, so that whoever judges a server of their own need not install ours.
 */
const beside: Readonly<Record<string, readonly string[]>> = { conformance: ['@mediaservice/reference-server'] };

/** package.json of the tarball, of the scripts only what npm runs at install: own packages are wanted in the very version that they were packed with. */
function manifest(name: string, source: Manifest, versions: ReadonlyMap<string, string>): Manifest {
  const { scripts = {}, devDependencies: _development, exports, dependencies = {}, ...rest } = source;
  return {
    ...rest,
    version: source.version,
    files: source.files,
    ...(scripts.install === undefined ? {} : { scripts: { install: scripts.install } }),
    engines: { node: '>=24' },
    ...(exports === undefined ? {} : { exports: published(exports) }),
    ...(beside[name] === undefined ? {} : optionalPeers(beside[name], versions)),
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [name, versions.get(name) ?? range]),
    ),
  };
}

function optionalPeers(names: readonly string[], versions: ReadonlyMap<string, string>): Partial<Manifest> {
  return {
    peerDependencies: Object.fromEntries(names.map((name) => [name, versions.get(name) ?? '*'])),
    peerDependenciesMeta: Object.fromEntries(names.map((name) => [name, { optional: true }])),
  };
}

const readManifest = (name: string): Manifest => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));

function compile(build: string): void {
  const settings = join(dirname(build), 'tsconfig.json');
  const from = (pattern: string): string => relative(dirname(settings), join(root, pattern));
  const sources = packages.flatMap((name) => globSync(`${name}/**/*.ts`, { cwd: root }).filter(isPublished));
  writeFileSync(
    settings,
    JSON.stringify({
      extends: from('tsconfig.json'),
      compilerOptions: { noEmit: false, declaration: true, rootDir: from('.'), outDir: build, types: ['node'] },
      files: sources.map(from),
      include: [],
    }),
  );
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', settings], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Tests and their stand-ins stay here; the scenarios of the suite are named like tests and are its product. */
function isPublished(path: string): boolean {
  if (/\/(node_modules|dist|testing)\//.test(path)) return false;
  return !path.endsWith('.test.ts') || /^conformance\/src\/scenarios\/(?!support\/)/.test(path);
}

/** Puts one package together. */
function stage(name: string, build: string, folder: string, versions: ReadonlyMap<string, string>): void {
  const source = readManifest(name);
  mkdirSync(folder, { recursive: true });
  const sources = name === 'fixtures' ? name : join(name, 'src');
  renameSync(join(build, sources), join(folder, 'dist'));
  for (const asset of globSync('**/*.{css,js,json,yaml,xml,wav}', { cwd: join(root, name, 'src') })) {
    if (/(^|\/)testing\//.test(asset)) continue;
    cpSync(join(root, name, 'src', asset), join(folder, 'dist', asset), { errorOnExist: true, force: false });
  }
  for (const file of source.files.filter((one) => one !== 'dist')) {
    cpSync(join(root, name, file), join(folder, file), { recursive: true });
  }
  for (const bin of globSync('bin/*.js', { cwd: folder })) {
    const text = readFileSync(join(folder, bin), 'utf8');
    const compiled = text.replace(/'\.\.\/src\/([^']+)\.ts'/, "'../dist/$1.js'");
    if (compiled === text) throw new Error(`${name}/${bin} starts no file of ../src/`);
    writeFileSync(join(folder, bin), compiled);
  }
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(root, name, 'README.md'), join(folder, 'README.md'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(name, source, versions), null, 2)}\n`);
}

const out = join(root, 'reports', 'pack');
const work = join(out, 'work');
rmSync(out, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
try {
  const build = join(work, 'build');
  compile(build);
  const versions = new Map(packages.map((name) => [`@mediaservice/${name}`, readManifest(name).version]));
  const folders = packages.map((name) => join(work, name));
  packages.forEach((name, i) => stage(name, build, folders[i] ?? '', versions));
  const text = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out, ...folders], { cwd: work, encoding: 'utf8' });
  const tarballs = JSON.parse(text) as readonly { readonly filename: string }[];
  console.log(tarballs.map(({ filename }) => join('reports', 'pack', filename)).join(' '));
} catch (error) {
  console.error(`Nothing is packed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
