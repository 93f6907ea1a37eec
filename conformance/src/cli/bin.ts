#!/usr/bin/env node
// Nothing is imported before the version is known to be good: an older Node would fail on the imports, not on a sentence.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `mediaservice-conformance: Node.js 24 or later is needed, this is ${process.version}; \`make conformance\` brings its own.\n`,
  );
  process.exitCode = 2;
} else {
  const [{ main }, { processIo }] = await Promise.all([import('./main.ts'), import('./io.ts')]);
  const exitCode = await main(process.argv.slice(2), processIo());
  // A scenario that was stopped may hold its thread for ever; all that matters is written by now.
  process.stdout.write('', () => process.exit(exitCode));
}

export {};
