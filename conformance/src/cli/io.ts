import type { Paint } from '../run/progress.ts';

/** The world as a command sees it; tests hand in one of their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal behind `out`; undefined when there is none. */
  width(): number | undefined;
  readonly paint: Paint;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back on each Ctrl-C or SIGTERM; gives a function that ends it. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

const STYLES = { good: 32, bad: 31, warn: 33, dim: 2, bold: 1 } as const;

/** Colours for a terminal, or none: not a terminal, NO_COLOR set (no-color.org), TERM=dumb; FORCE_COLOR overrules. */
export function painter(tty: boolean, env: Io['env']): Paint {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== '';
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  if (!forced && (!tty || refused)) return (_tone, text) => text;
  return (tone, text) => `\x1b[${STYLES[tone]}m${text}\x1b[0m`;
}

/** The real world. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: () => (stdout.isTTY && env.TERM !== 'dumb' && (env.CI ?? '') === '' ? stdout.columns || 80 : undefined),
    paint: painter(stdout.isTTY === true, env),
    env,
    now: () => performance.now(),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}
