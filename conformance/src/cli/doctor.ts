import type { Paint } from '../run/progress.ts';
import { commandProblem } from '../target/startable.ts';
import type { Target } from '../target/types.ts';
import { tcpPortProblem, udpProblem } from './ports.ts';
import type { Machine } from './runner.ts';

/** One thing that was looked at. `fix` is the sentence that says what to do. */
export interface Check {
  readonly name: string;
  readonly state: 'good' | 'note' | 'bad';
  readonly text: string;
  readonly fix?: string;
}

/** What `doctor` looks at. */
export interface Patient {
  readonly nodeVersion: string;
  readonly machine: Machine;
  /** Reads the target file; undefined: the embedded server is judged. Throws a sentence. */
  target(): Promise<Target | undefined>;
  /** Status of a GET, 0 when nobody answers. */
  ask(url: string): Promise<number>;
  /** Capabilities that the catalogue knows. */
  readonly capabilities: ReadonlySet<string>;
  /** What a process is given that a run starts. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Oldest Node that runs the suite. */
const NODE_MAJOR = 24;

/** Looks at everything that a run needs, without making a call. */
export async function examine(patient: Patient): Promise<Check[]> {
  const machine = await runnerChecks(patient.machine);
  const checks = [nodeCheck(patient.nodeVersion), ...machine];
  let target: Target | undefined;
  try {
    target = await patient.target();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [...checks, { name: 'target file', state: 'bad', text, fix: 'Compare it with the one that `init` writes.' }];
  }
  if (target === undefined) {
    const problem = await udpProblem('127.0.0.1');
    return [
      ...checks,
      { name: 'target', state: 'good', text: 'the reference server that comes along, started for each run' },
      addressCheck('127.0.0.1', problem),
    ];
  }
  return [...checks, ...(await targetChecks(target, patient))];
}

function nodeCheck(version: string): Check {
  const major = Number(version.replace(/^v/, '').split('.')[0]);
  if (major >= NODE_MAJOR) return { name: 'node', state: 'good', text: version };
  return {
    name: 'node',
    state: 'bad',
    text: version,
    fix: `Node.js ${NODE_MAJOR} or later is needed: \`make conformance\` brings its own, or install it.`,
  };
}

async function runnerChecks(machine: Machine): Promise<Check[]> {
  const [sipp, engine] = await Promise.all([machine.sipp(), machine.engine()]);
  const neither = sipp === undefined && engine === undefined;
  const state = neither ? 'bad' : 'note';
  return [
    sipp === undefined
      ? {
          name: 'sipp',
          state,
          text: 'not installed',
          fix: 'For --runner local: `apt-get install sip-tester` or `brew install sipp`.',
        }
      : { name: 'sipp', state: 'good', text: sipp },
    engine === undefined
      ? { name: 'container engine', state, text: 'none answers', fix: 'For --runner docker: start Docker or Podman.' }
      : { name: 'container engine', state: 'good', text: `version ${engine}` },
  ];
}

async function targetChecks(target: Target, patient: Patient): Promise<Check[]> {
  const unknown = target.capabilities.filter((name) => !patient.capabilities.has(name));
  const url = new URL(target.callbacks.baseUrl);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const started = target.command !== undefined || target.container !== undefined;
  const [portProblem, hostProblem, reach] = await Promise.all([
    tcpPortProblem(port),
    udpProblem(target.suite.host),
    started
      ? startCheck(target, patient)
      : patient.ask(target.rest.baseUrl).then((status) => reachCheck(target, status)),
  ]);
  return [
    { name: 'target file', state: 'good', text: `${target.name}, ${target.capabilities.length} capabilities claimed` },
    ...(unknown.length === 0
      ? []
      : [
          {
            name: 'capabilities',
            state: 'bad',
            text: `unknown: ${unknown.join(', ')}`,
            fix: `Known are: ${[...patient.capabilities].join(', ')}.`,
          } as const,
        ]),
    ...numbersCheck(target.numbers),
    portProblem === undefined
      ? { name: 'callback port', state: 'good', text: `${port} is free` }
      : {
          name: 'callback port',
          state: 'bad',
          text: `${port}: ${portProblem}`,
          fix: 'End the program that listens there, or change callbacks.baseUrl here and in the target.',
        },
    addressCheck(target.suite.host, hostProblem),
    reach,
  ];
}

/** More than all tests take together, those included that take two and those that are asked again. */
const ENOUGH_NUMBERS = 1000;

/** Who has few can judge an area at a time; a run of everything would end in the middle. */
function numbersCheck({ first, last }: Target['numbers']): Check[] {
  const many = last - first + 1;
  if (many >= ENOUGH_NUMBERS) return [];
  const text = `${many} in the range, and each test takes one of its own`;
  return [{ name: 'numbers', state: 'note', text, fix: `For a run of everything: ${ENOUGH_NUMBERS} are enough.` }];
}

function addressCheck(host: string, problem: string | undefined): Check {
  return problem === undefined
    ? { name: 'suite address', state: 'good', text: `UDP can be bound on ${host}` }
    : {
        name: 'suite address',
        state: 'bad',
        text: `${host}: ${problem}`,
        fix: 'suite.host must be an address of this machine that the target reaches.',
      };
}

async function startCheck(target: Target, { machine, env }: Patient): Promise<Check> {
  if (target.container === undefined && target.command !== undefined) {
    const text = 'started for each run by its command';
    const problem = await commandProblem(target.command, env);
    if (problem === undefined) return { name: 'target', state: 'note', text };
    const fix = 'Correct command in the target file, or install it.';
    return { name: 'target', state: 'bad', text: `${text}, and ${problem}`, fix };
  }
  const text = 'started for each run in a container';
  if ((await machine.engine()) !== undefined) return { name: 'target', state: 'note', text };
  return { name: 'target', state: 'bad', text: `${text}, and no engine answers`, fix: 'Start Docker or Podman.' };
}

function reachCheck(target: Target, status: number): Check {
  const { baseUrl } = target.rest;
  if (status > 0) return { name: 'target', state: 'good', text: `${baseUrl} answers (${status})` };
  return {
    name: 'target',
    state: 'bad',
    text: `nothing answers at ${baseUrl}`,
    fix: 'Start it, or correct rest.baseUrl in the target file.',
  };
}

/** The checks as text, and the exit code: 2 when something has to be set right. */
export function diagnosis(checks: readonly Check[], paint: Paint): { readonly text: string; readonly exitCode: 0 | 2 } {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const signs = { good: paint('good', '✓'), note: paint('dim', '·'), bad: paint('bad', '✗') };
  const lines = checks.flatMap(({ name, state, text, fix }) => [
    `${signs[state]} ${name.padEnd(width)}  ${text}`,
    ...(fix === undefined ? [] : [`${' '.repeat(width + 4)}${paint('dim', fix)}`]),
  ]);
  const bad = checks.filter(({ state }) => state === 'bad').length;
  lines.push('', bad === 0 ? 'ready to run' : `${bad} to set right`);
  return { text: `${lines.join('\n')}\n`, exitCode: bad === 0 ? 0 : 2 };
}
