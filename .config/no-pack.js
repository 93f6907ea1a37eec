// `npm pack` in a workspace would pack TypeScript, which Node refuses to run from node_modules: say how it is done.
process.stderr.write('The packages are built before they are packed, outside the work tree: run `make pack` in the root.\n');
process.exitCode = 1;
