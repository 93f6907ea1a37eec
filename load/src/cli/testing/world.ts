/** The program with a k6 and a target that are stand-ins; everything else is real. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Io } from '@mediaservice/conformance/kit';
import type { LoadReport } from '../../report/model.ts';
import type { LoadTarget } from '../../run/types.ts';
import { main } from '../main.ts';
import type { RunTools } from '../run.ts';
import type { FakeK6 } from './fake-k6.ts';

const program = fileURLToPath(new URL('./fake-k6.ts', import.meta.url));

export interface Played {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Undefined: none was written. */
  readonly report: LoadReport | undefined;
}

interface Wish {
  readonly k6?: FakeK6;
  readonly argv?: readonly string[];
  readonly target?: Partial<LoadTarget>;
  readonly tools?: Partial<RunTools>;
  /** Called with each second, what presses Ctrl-C, and the folder of the report. */
  onOut?(text: string, interrupt: () => void, report: string): void;
  /** Puts into the folder of the report what an earlier run left there. */
  onStart?(directory: string): Promise<void>;
  /** Looks at the folder of the report before it is removed. */
  onEnd?(directory: string): Promise<void>;
}

export async function play({ k6, argv, target = {}, tools = {}, onOut, onStart, onEnd }: Wish): Promise<Played> {
  const directory = await mkdtemp(join(tmpdir(), 'load-cli-'));
  try {
    const path = join(directory, 'k6');
    await writeFile(path, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    await chmod(path, 0o755);
    const report = join(directory, 'report');
    if (onStart !== undefined) {
      await mkdir(report);
      await onStart(report);
    }
    let out = '';
    let err = '';
    const interrupts = new Set<() => void>();
    const io: Io = {
      out: (text) => {
        out += text;
        onOut?.(
          text,
          () => {
            for (const listener of interrupts) listener();
          },
          report,
        );
      },
      err: (text) => {
        err += text;
      },
      width: () => undefined,
      paint: (_tone, text) => text,
      env: { PATH: process.env.PATH, FAKE_K6: JSON.stringify(k6) },
      now: () => performance.now(),
      onInterrupt: (listener) => {
        interrupts.add(listener);
        return () => interrupts.delete(listener);
      },
      exit: () => undefined,
    };
    const stand = await standIn(target);
    // Relative, as the folder is that is meant when nobody names one.
    const [command = 'run', ...more] = argv ?? ['run', 'ivr'];
    // First, as what comes after `--` is for k6.
    const code = await main([command, '--report', relative('.', report), ...more], io, {
      findK6: async () => ({ path, version: 'v0', extension: 'fake' }),
      openTarget: async () => ({ target: stand }),
      ...tools,
    });
    await onEnd?.(report);
    return { code, out, err, report: await readReport(join(report, 'report.json')) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A target that is there, and does nothing. */
export async function standIn(more: Partial<LoadTarget>): Promise<LoadTarget> {
  const port = await freePort('127.0.0.1');
  return {
    name: 'a stand-in',
    embedded: false,
    domain: 'load.example',
    sip: { host: '127.0.0.1', port: 1 },
    restUrl: 'http://127.0.0.1:1/load.example',
    token: 'none',
    callbacksUrl: `http://127.0.0.1:${port}/callbacks`,
    suiteHost: '127.0.0.1',
    numbers: { prefix: '+4620', first: 0, last: 99 },
    capabilities: new Set(['ivr']),
    died: new Promise(() => undefined),
    close: async () => undefined,
    ...more,
  };
}

async function readReport(path: string): Promise<LoadReport | undefined> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LoadReport);
}
