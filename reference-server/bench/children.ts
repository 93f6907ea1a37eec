/** Programs that the bench starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** Lines of standard output up to and with the first that `last` accepts. Rejects when the program ends before. */
  until(last: (line: string) => boolean): Promise<string[]>;
  write(text: string): void;
  /** Closes its standard input and waits for the end; after a while it is killed. */
  close(): Promise<void>;
}

const CLOSE_MS = 10_000;

/**
 * In front of the program that is measured: above whatever else the machine does, where that is allowed (`nice` warns and
 * goes on where it is not), so that strangers neither delay it nor spoil its caches. The same for every peer.
 */
export const FIRST = ['nice', '-n', '-15'] as const;

/** Children that still run, so that an interrupted bench leaves none behind. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startChild(
  file: string,
  args: readonly string[],
  options: { readonly signal?: NodeJS.Signals; readonly cwd?: string } = {},
): Child {
  const child = spawn(file, args, { cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const complaints: string[] = [];
  const lines: string[] = [];
  let over: string | undefined;
  let changed = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    changed();
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line);
    if (complaints.length > 20) complaints.shift();
  });
  child.stdin.on('error', () => undefined);
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
    write: (text) => void child.stdin.write(text),
    close: async () => {
      child.kill('SIGCONT');
      child.stdin.end();
      if (options.signal !== undefined) child.kill(options.signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
