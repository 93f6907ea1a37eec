import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hintOf, loadCapabilities, loadDecisions, loadHints } from '@mediaservice/spec';
import { CommanderError } from 'commander';
import { loadRows } from '../catalogue/load.ts';
import { SippUnavailable } from '../drivers/sipp/types.ts';
import type { Report } from '../report/model.ts';
import { patientFiles, scenarioFiles } from '../run/files.ts';
import { collectScenarios } from '../run/run.ts';
import { list } from '../run/selection.ts';
import { loadTarget } from '../target/load.ts';
import { TargetError } from '../target/types.ts';
import { TARGET_FILE, whichTarget } from '../target/which.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { notOfTheReport } from './before-run.ts';
import { diff } from './diff.ts';
import { diagnosis, examine } from './doctor.ts';
import { openEvents } from './events.ts';
import { EXPLAINED, explain, explainWord } from './explain.ts';
import { targetTemplate, writeTemplate } from './init.ts';
import type { Io } from './io.ts';
import { judge } from './judge.ts';
import { listing } from './list.ts';
import { nearest } from './nearest.ts';
import { openTarget } from './open.ts';
import { pacts, publishPacts } from './pacts.ts';
import { type Commands, program } from './program.ts';
import { rejudgeBundle } from './rejudge.ts';
import { thisMachine } from './runner.ts';
import { selftest } from './selftest.ts';
import { SettingsError } from './settings-error.ts';
import { verifyApp } from './verify-app.ts';
import { NAME } from './version.ts';

/** Runs the program; gives its exit code. Whatever goes wrong is one sentence on `err`, never a stack trace. */
export async function main(argv: readonly string[], io: Io, commands: Commands = realCommands(io)): Promise<number> {
  let exitCode: number = EXIT.conformant;
  try {
    await program(commands, io, (code) => {
      exitCode = code;
    }).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return complain(error, io);
  }
}

function complain(error: unknown, io: Io): number {
  // Commander has said what is wrong already, and ends with 0 after help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.settings;
  if (error instanceof SettingsError || error instanceof TargetError || error instanceof SippUnavailable) {
    io.err(`${NAME}: ${error.message}\n`);
    if (error instanceof TargetError && error.log.length > 0)
      io.err(`its last lines:\n${error.log.map((line) => `  ${line}\n`).join('')}`);
    return EXIT.settings;
  }
  const text = error instanceof Error ? error.message : String(error);
  io.err(`${NAME}: the suite broke: ${text.split('\n')[0]}\n`);
  if (io.env.DEBUG !== undefined && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return EXIT.harnessError;
}

function realCommands(io: Io): Commands {
  return {
    judge: (options) => rejudgeBundle(options, { rows: loadRows(), files: scenarioFiles }, io),
    pacts: async ({ target, ...wish }) => {
      const parts = { machine: thisMachine(), open: (file: string | undefined) => openTarget(file, io.env) };
      return pacts({ ...wish, ...(await settled(target, io)) }, parts, io);
    },
    publishPacts: (options) => publishPacts(options, io),
    verifyApp: (options) => verifyApp(options, io),
    selftest: (options) => {
      const scenarioAreas = async () => (await collectScenarios(scenarioFiles(false))).map(({ area }) => area);
      return selftest(options, { rows: loadRows(), machine: thisMachine(), scenarioAreas }, io);
    },
    run: async ({ target, ...wish }) => {
      const rows = loadRows();
      notOfTheReport(wish.report, { '--ndjson': wish.ndjson });
      const stream = openEvents(
        wish.ndjson,
        io,
        rows.map(({ slug }) => slug),
      );
      const options = { ...wish, ...(await settled(target, stream.io)) };
      const files = scenarioFiles(options.patient === true);
      if (files.length === 0)
        throw new SettingsError('no-scenarios', 'There is no scenario file in this installation.');
      const parts = {
        rows,
        files,
        leftOut: () => (options.patient === true ? Promise.resolve([]) : collectScenarios(patientFiles())),
        drivers: true,
        ...(stream.events === undefined ? {} : { events: stream.events }),
        machine: thisMachine(),
        open: (file: string | undefined) => openTarget(file, io.env),
      };
      return await judge(options, parts, stream.io).finally(() => stream.close());
    },
    list: async ({ area, json }) => {
      const catalogue = loadRows();
      const areas = list(area);
      const there = new Set(catalogue.map((row) => row.area));
      const unknown = areas?.filter((name) => !there.has(name)) ?? [];
      if (unknown.length > 0)
        throw new SettingsError(
          'bad-selection',
          `There is no area ${unknown.join(', ')} in the catalogue; it has ${[...there].toSorted().join(', ')}.`,
        );
      const rows = catalogue.filter((row) => areas?.includes(row.area) ?? true);
      const scenarios = await collectScenarios(scenarioFiles(true));
      if (json) {
        const tests = (slug: string) => scenarios.filter((s) => s.requirements.includes(slug)).map((s) => s.id);
        io.out(
          `${JSON.stringify(
            rows.map((row) => ({ ...row, tests: tests(row.slug), hint: hintOf(loadHints(), row) })),
            null,
            2,
          )}\n`,
        );
      } else io.out(listing(catalogue, scenarios, io.paint, io.width(), areas));
      return EXIT.conformant;
    },
    doctor: async (wish) => {
      const { target } = await settled(wish.target, io);
      const checks = await examine({
        nodeVersion: process.version,
        machine: thisMachine(),
        target: async () => (target === undefined ? undefined : loadTarget(target, io.env)),
        ask,
        env: io.env,
        capabilities: new Set(loadCapabilities().keys()),
      });
      const { text, exitCode } = diagnosis(checks, io.paint);
      io.out(text);
      return exitCode;
    },
    init: async ({ file, force }) => {
      await writeTemplate(file, targetTemplate(loadCapabilities()), force);
      const named = file === TARGET_FILE ? '' : ` --target ${file}`;
      // Under npx the program is in no path of the shell.
      const start = io.env.npm_command === 'exec' ? `npx ${NAME}` : NAME;
      io.out(
        `${file} is written, for the reference server that comes along. See it judged: ${start} run${named}\n` +
          `Then put your addresses into it, take \`embedded: true\` out, and look: ${start} doctor${named}\n`,
      );
      return EXIT.conformant;
    },
    diff: (options) => diff(options, io),
    explain: async ({ topic, report }) => {
      const word = explainWord(topic);
      if (word !== undefined) {
        io.out(word);
        return EXIT.conformant;
      }
      const last = await lastReport(report);
      const [scenarios, patient] = await Promise.all([
        collectScenarios(scenarioFiles(true)),
        collectScenarios(patientFiles()),
      ]);
      const waiting = new Set(patient.map(({ id }) => id));
      const rows = loadRows();
      const text = explain(topic, {
        rows,
        scenarios,
        waiting,
        decisions: loadDecisions(),
        hints: loadHints(),
        ...(last === undefined ? {} : { report: last }),
      });
      if (text === undefined) {
        const words = [...EXPLAINED, ...rows.map(({ slug }) => slug), ...scenarios.map(({ id }) => id)];
        const meant = nearest(topic, words);
        throw new SettingsError(
          'unknown-topic',
          `${topic} is no requirement, test, verdict or exit code; \`${NAME} list\` shows the requirements.${meant === undefined ? '' : ` Was ${meant} meant?`}`,
        );
      }
      io.out(text);
      return EXIT.conformant;
    },
  };
}

/** What is judged, told where it is not plain. */
async function settled(target: string | undefined, io: Io): Promise<{ readonly target?: string }> {
  const { file, told } = await whichTarget(target, process.cwd());
  if (told !== undefined) io.out(`${told}\n`);
  return file === undefined ? {} : { target: file };
}

async function ask(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'manual' });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** The report of the last run, if there is one that can be read. */
async function lastReport(directory: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
