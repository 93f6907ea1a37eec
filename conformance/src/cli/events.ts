import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { EventStream } from '../report/events.ts';
import { why } from '../why.ts';
import type { Io } from './io.ts';
import { SettingsError } from './settings-error.ts';

/** Where the stream of events goes, and where that leaves room for the words of the run. */
interface Opened {
  readonly io: Io;
  readonly events?: EventStream;
  close(): void;
}

/**
 * Opens what --ndjson names: a file, or `-` for standard output, from which everything else then goes to standard error.
 * @throws {SettingsError} when the file cannot be written.
 */
export function openEvents(place: string | undefined, io: Io, known: Iterable<string>): Opened {
  if (place === undefined) return { io, close: () => {} };
  if (place === '-') {
    const events = new EventStream(io.out, Date.now, known);
    return { io: { ...io, out: io.err, width: () => undefined }, events, close: () => {} };
  }
  let file: number | undefined;
  try {
    // What an earlier run left stays until this one begins, for it may be refused yet.
    file = openSync(place, 'a');
  } catch (cause) {
    const words = why(cause, 'there is no such folder');
    throw new SettingsError('cannot-write', `--ndjson ${place} cannot be written: ${words}.`, { cause });
  }
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  let fresh = false;
  // At once and whole, so that whoever follows the file sees a test when it ends. A full disk ends the stream, not the run.
  const write = (line: string): void => {
    try {
      if (file === undefined) return;
      if (!fresh && fstatSync(file).isFile()) ftruncateSync(file);
      fresh = true;
      writeSync(file, line);
    } catch (error) {
      close();
      io.err(`${place} cannot be written any more: ${why(error)}\n`);
    }
  };
  return { io, events: new EventStream(write, Date.now, known), close };
}
