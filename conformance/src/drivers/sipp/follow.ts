import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Should an event of the file system get lost, the file is looked at anyway. */
const lookAnywayMs = 200;

/** A file that grows while it is read. */
interface Followed {
  /** Reads what is there by now. */
  look(): Promise<void>;
  /** Reads the rest and lets go. */
  close(): Promise<void>;
}

/** Hands each piece that is added to a file to `take`; the file need not be there yet, its directory must. */
export function followFile(path: string, take: (piece: Uint8Array) => void): Followed {
  let offset = 0;
  let reading: Promise<void> = Promise.resolve();
  const read = async (): Promise<void> => {
    const file = await open(path, 'r').catch(() => undefined);
    if (!file) return;
    try {
      const { size } = await file.stat();
      if (size <= offset) return;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      take(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  };
  const look = (): Promise<void> => {
    reading = reading.then(read);
    return reading;
  };
  const watcher = watch(join(path, '..'), (_, name) => {
    if (name === null || path.endsWith(name)) void look();
  });
  const timer = setInterval(() => void look(), lookAnywayMs);
  return {
    look,
    close: async () => {
      watcher.close();
      clearInterval(timer);
      await look();
    },
  };
}
