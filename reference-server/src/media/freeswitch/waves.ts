/** Files in the directory that is shared with FreeSWITCH: what it plays and what it has recorded. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { g711 } from '../core/g711.ts';
import { toInt16 } from '../core/resample.ts';
import { readWav, WAV_HEADER_BYTES, writeWav } from '../core/wav.ts';
import type { SharedAudio } from '../messages.ts';

export const RATE = 8000;

export class Waves {
  readonly #directory: string;
  /** What was written and not been taken away. */
  readonly #written = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
  }

  /** A name that nothing has had yet. */
  name(): string {
    const path = join(this.#directory, `${randomUUID()}.wav`);
    this.#written.add(path);
    return path;
  }

  /** These one after the other, then so many samples of silence; all of it so often. */
  async write(parts: readonly SharedAudio[], silence = 0, rounds = 1): Promise<string> {
    const round = samplesOf(parts) + silence;
    const samples = new Int16Array(round * rounds);
    let at = 0;
    for (const { octets, codec } of parts) {
      const { decode } = g711(codec);
      for (const octet of octets) samples[at++] = decode[octet] ?? 0;
    }
    for (let next = round; next < samples.length; next += round) samples.copyWithin(next, 0, round);
    const path = this.name();
    await writeFile(path, writeWav([samples], RATE));
    return path;
  }

  /** Samples at 8 kHz of a recording. Nothing where FreeSWITCH has written nothing. */
  async read(path: string): Promise<Int16Array<ArrayBuffer>> {
    const bytes = await readFile(path).catch(() => new Uint8Array(0));
    return bytes.length <= WAV_HEADER_BYTES ? new Int16Array(0) : Int16Array.from(toInt16(readWav(bytes).samples));
  }

  async remove(path: string): Promise<void> {
    this.#written.delete(path);
    await rm(path, { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#written].map((path) => this.remove(path)));
  }
}

export const samplesOf = (parts: readonly SharedAudio[]): number =>
  parts.reduce((sum, { octets }) => sum + octets.length, 0);
