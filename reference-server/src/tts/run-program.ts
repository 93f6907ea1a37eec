/** Another program: text in, bytes out, within a time. No shell is involved. */
import { spawn } from 'node:child_process';
import { TtsError } from './tts.ts';

export interface Program {
  readonly file: string;
  readonly arguments: readonly string[];
}

export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Rejects with a TtsError; TTS_UNAVAILABLE when the program is not there. */
export function runProgram(program: Program, input: string, limits: Limits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program.file, program.arguments, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let stopped: TtsError | undefined;
    const stop = (error: TtsError): void => {
      stopped ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => stop(new TtsError('TTS_TIMEOUT', `the synthesiser took longer than ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    );
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limits.maxBytes) stop(new TtsError('TTS_FAILED', `speech has more than ${limits.maxBytes} bytes`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(0, 500);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const code = error.code === 'ENOENT' ? 'TTS_UNAVAILABLE' : 'TTS_FAILED';
      reject(new TtsError(code, `${program.file} could not be run: ${error.message}`, { cause: error }));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (stopped !== undefined) reject(stopped);
      else if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new TtsError('TTS_FAILED', `the synthesiser ended with ${code ?? signal}: ${complaint.trim()}`));
    });
    // A program that ends early has closed its input: its exit tells more than EPIPE does.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
