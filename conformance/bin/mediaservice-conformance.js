#!/usr/bin/env node
// Plain JavaScript, and nothing imported before the version is known to be good: an older Node cannot even load TypeScript.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) >= needed) await import('../src/cli/bin.ts');
else {
  process.stderr.write(
    `mediaservice-conformance: Node.js ${needed} or later is needed, this is ${process.version}; \`make conformance\` brings its own.\n`,
  );
  process.exitCode = 2;
}
