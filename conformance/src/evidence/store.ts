/** The trace of a scenario as files: `trace.json.gz`, and `trace.bin.gz` with its typed arrays where there are some. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { TRACE_VERSION, type Trace } from './trace/types.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);
const names = { trace: 'trace.json.gz', bytes: 'trace.bin.gz' } as const;

/** A record that would be larger than this is not kept: whoever judges again says that it is not there. */
const largestTrace = 128 * 1024 * 1024;

export interface Stored {
  readonly trace: Trace;
  readonly bytes: Uint8Array;
}

/** Keeps a trace in a directory of its scenario. False: it is too large. */
export async function writeTrace(directory: string, { trace, bytes }: Stored): Promise<boolean> {
  const text = JSON.stringify(trace);
  if (text.length + bytes.byteLength > largestTrace) return false;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, names.trace), await zip(text));
  if (bytes.byteLength > 0) await writeFile(join(directory, names.bytes), await zip(bytes));
  return true;
}

/** Undefined: there is none. Throws for one that cannot be read. */
export async function readTrace(directory: string): Promise<Stored | undefined> {
  const packed = await readFile(join(directory, names.trace)).catch(() => undefined);
  if (packed === undefined) return undefined;
  const trace = JSON.parse((await unzip(packed)).toString('utf8')) as Trace;
  if (trace.version !== TRACE_VERSION) throw new Error(`its trace has the form ${trace.version}, not ${TRACE_VERSION}`);
  const bytes = await readFile(join(directory, names.bytes)).catch(() => undefined);
  return { trace, bytes: bytes === undefined ? new Uint8Array() : await unzip(bytes) };
}
