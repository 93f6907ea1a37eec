#!/usr/bin/env node
// Plain JavaScript, and nothing imported before the version is known to be good: an older Node cannot even load TypeScript.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) >= needed) await import('../src/cli/bin.ts');
else await underNewerNode();

/**
 * Starts the program once more under a Node that npm brings, into its own cache and not into anybody's project. A dependency
 * on such a Node would take the place of the Node that the project around us runs on.
 */
async function underNewerNode() {
  const { spawn, spawnSync } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  // Where there is a package with the binary itself, nothing has to run at its install.
  const source = process.platform === 'linux' ? `node-linux-${process.arch}` : 'node';
  const fetching = ['exec', '--yes', `--package=${source}@${needed}`, '--', 'node', '-p', 'process.execPath'];
  const { stdout } = spawnSync('npm', fetching, { encoding: 'utf8', shell: process.platform === 'win32' });
  const newer = stdout?.trim().split('\n').at(-1);
  if (!newer) {
    process.stderr.write(
      `mediaservice-conformance: Node.js ${needed} or later is needed, this is ${process.version}, and npm could not fetch one.\n`,
    );
    process.exitCode = 2;
    return;
  }
  const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, and it decides what that means; what is sent to us alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 4;
  });
  child.on('error', () => {
    process.exitCode = 2;
  });
}
