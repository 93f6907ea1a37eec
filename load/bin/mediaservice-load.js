#!/usr/bin/env node
// Plain JavaScript: an older Node cannot even load TypeScript, and is told so in a sentence.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) >= needed) await import('../src/cli/bin.ts');
else {
  process.stderr.write(
    `mediaservice-load: Node.js ${needed} or later is needed, this is ${process.version}; \`make load\` brings its own.\n`,
  );
  process.exitCode = 2;
}
