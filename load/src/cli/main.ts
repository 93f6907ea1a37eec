import { type Io, SettingsError, TargetError } from '@mediaservice/conformance/kit';
import { CommanderError } from 'commander';
import { findK6, K6Error } from '../k6/index.ts';
import { EXIT } from '../report/model.ts';
import { UnwrittenError } from '../report/write.ts';
import { openLoadTarget } from '../target/open.ts';
import { NAME } from '../version.ts';
import { addApplication, application } from './application.ts';
import { addArchive, archive } from './archive.ts';
import { addCapacity, capacity } from './capacity.ts';
import { addCompare, compare } from './compare.ts';
import { addDiff, diff } from './diff.ts';
import { listing } from './list.ts';
import { addMerge, merge } from './merge.ts';
import { type Commands, program } from './program.ts';
import { addRead, read } from './read.ts';
import { addReport, report } from './report.ts';
import { type RunTools, runCommand, wishOf } from './run.ts';

/** Runs the program; gives its exit code. Whatever goes wrong is one sentence on `err`, never a stack trace. */
export async function main(argv: readonly string[], io: Io, tools: RunTools = realTools(io)): Promise<number> {
  let exitCode: number = EXIT.held;
  try {
    const done = (code: number): void => {
      exitCode = code;
    };
    const root = program(commandsOf(tools, io), io, done);
    addCapacity(root, (scenarios, options) => capacity(scenarios, options, tools, io), done);
    addCompare(root, (scenario, options) => compare(scenario, options, tools, io), done);
    addDiff(root, (before, after, options) => diff(before, after, options, io), done);
    addApplication(root, (options) => application(options, tools, io), done);
    addMerge(root, (directories, options) => merge(directories, options, io), done);
    addArchive(root, (scenario, options) => archive(scenario, options, tools, io), done);
    addRead(root, (files, options) => read(files, options, io), done);
    addReport(root, (directory) => report(directory, io), done);
    await root.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return complain(error, io);
  }
}

function commandsOf(tools: RunTools, io: Io): Commands {
  return {
    run: (scenario, more, options) => runCommand(wishOf(scenario, more, options), options, tools, io),
    list: async () => {
      io.out(listing(io.paint));
      return EXIT.held;
    },
  };
}

function realTools(io: Io): RunTools {
  return {
    findK6: ({ k6, extension }, signal) =>
      findK6({
        ...(k6 !== undefined && { path: k6 }),
        ...{ extension, signal, env: io.env },
        say: (line) => io.err(`${line}\n`),
      }),
    openTarget: (named, elsewhere = false) => openLoadTarget(named, io.env, { elsewhere }),
  };
}

function complain(error: unknown, io: Io): number {
  // Commander has said what is wrong already, and ends with 0 after help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.settings;
  if (error instanceof SettingsError || error instanceof TargetError || error instanceof K6Error) {
    io.err(`${NAME}: ${error.message}\n`);
    if (error instanceof TargetError && error.log.length > 0)
      io.err(`its last lines:\n${error.log.map((line) => `  ${line}\n`).join('')}`);
    return EXIT.settings;
  }
  if (error instanceof UnwrittenError) {
    io.err(`${NAME}: ${error.message}\n`);
    return EXIT.harnessError;
  }
  const text = error instanceof Error ? error.message : String(error);
  io.err(`${NAME}: the kit broke: ${text.split('\n')[0]}\n`);
  if (io.env.DEBUG !== undefined && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return EXIT.harnessError;
}
