/** Programs that the bench starts. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** Lines of standard output up to and with the first that `last` accepts. Rejects when the program ends before. */
  until(last: (line: string) => boolean): Promise<string[]>;
  write(text: string): void;
  /** Closes its standard input and waits for the end that it comes to by itself. */
  finish(): Promise<void>;
  /** Closes its standard input and waits for the end; after a while it is killed. */
  close(): Promise<void>;
}

const CLOSE_MS = 10_000;

export interface ChildOptions {
  /** Ends it, for those that do not look at their standard input. */
  readonly signal?: NodeJS.Signals;
  /** It is what the figures are about: see `putFirst`. */
  readonly measured?: boolean;
  /** File that takes its standard output, for those that write a lot: `until` then sees nothing of it. */
  readonly output?: string;
}

/** Children that still run, so that an interrupted bench leaves none behind. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Above whatever else the machine does, where that is allowed, so that strangers neither delay it nor spoil its caches.
 * The scheduler weighs sessions first (sched(7), autogroups), so the process has one of its own. The same for every peer.
 */
function putFirst(pid: number): void {
  for (const put of [() => writeFileSync(`/proc/${pid}/autogroup`, '-15'), () => setPriority(pid, -15)]) {
    try {
      put();
    } catch {
      // Not ours to decide here; the spread of the rounds shows what it costs.
    }
  }
}

export function startChild(file: string, args: readonly string[], options: ChildOptions = {}): Child {
  const output = options.output === undefined ? undefined : openSync(options.output, 'w');
  const child: ChildProcess = spawn(file, args, {
    detached: options.measured === true,
    stdio: ['pipe', output ?? 'pipe', 'pipe'],
  });
  if (output !== undefined) closeSync(output);
  if (options.measured === true && child.pid !== undefined) putFirst(child.pid);
  running.add(child);
  const complaints: string[] = [];
  const lines: string[] = [];
  let over: string | undefined;
  let changed = (): void => undefined;
  const { stdin, stdout, stderr } = child;
  if (stdout !== null) {
    createInterface({ input: stdout }).on('line', (line) => {
      lines.push(line);
      changed();
    });
  }
  if (stderr !== null) {
    createInterface({ input: stderr }).on('line', (line) => {
      complaints.push(line);
      if (complaints.length > 20) complaints.shift();
    });
  }
  stdin?.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      running.delete(child);
      over = why;
      changed();
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(`it ended with ${code ?? signal}: ${complaints.join('\n')}`));
  });
  return {
    pid: child.pid ?? 0,
    until: async (last) => {
      const taken: string[] = [];
      for (;;) {
        for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
          taken.push(line);
          if (last(line)) return taken;
        }
        if (over !== undefined) throw new Error(`${file} ${args.join(' ').slice(0, 100)}: ${over}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    write: (text) => void stdin?.write(text),
    finish: async () => {
      stdin?.end();
      await ended;
    },
    close: async () => {
      child.kill('SIGCONT');
      stdin?.end();
      if (options.signal !== undefined) child.kill(options.signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** First version number that a program says, whatever it exits with, "" when it says none; undefined when there is no such program. */
export function versionOf(file: string, option: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, [option], { timeout: 10_000 }, (error, stdout, stderr) => {
      const missing = error !== null && typeof error.code === 'string';
      resolve(missing ? undefined : (/\d+\.[\w.+~-]+/.exec(stdout + stderr)?.[0] ?? ''));
    });
  });
}
