/** Runs a program to its end. */
import { spawn } from 'node:child_process';

export interface Ended {
  /** Null: it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Each line of standard error as it comes. */
  onLine?(line: string): void;
}

/** Starts programs; tests have one of their own. */
export type Tool = (file: string, args: readonly string[], options?: ToolOptions) => Promise<Ended>;

export const tool: Tool = (file, args, { cwd, env, signal, onLine } = {}) =>
  new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env: env as NodeJS.ProcessEnv }),
      ...(signal !== undefined && { signal }),
    });
    let stdout = '';
    let stderr = '';
    let part = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const lines = (part + text).split('\n');
      part = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.on('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
