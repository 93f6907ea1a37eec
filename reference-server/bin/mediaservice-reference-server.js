#!/usr/bin/env node
// Plain JavaScript, and nothing imported before the version is known to be good: an older Node cannot even load TypeScript.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) >= needed) await import('../src/bin.ts');
else {
  process.stderr.write(
    `mediaservice-reference-server: Node.js ${needed} or later is needed, this is ${process.version}; \`make serve\` brings its own.\n`,
  );
  process.exitCode = 2;
}
