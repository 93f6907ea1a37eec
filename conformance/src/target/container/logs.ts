import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from '../../engine/engine.ts';
import { spellings } from '../../evidence/spellings.ts';

/** What a container has written, both streams in order; the last `tail` lines of it, or all. */
export async function logsOf(docker: Docker, id: string, tail?: number): Promise<string> {
  const container = docker.getContainer(id);
  const bytes = await container.logs({ stdout: true, stderr: true, ...(tail !== undefined && { tail }) });
  const { Tty: plain } = (await container.inspect()).Config;
  return plain ? bytes.toString() : unframed(bytes);
}

/** The engine puts 8 octets before each piece of a container without a terminal: stream, three zeros, length (Docker's API, attach). */
export function unframed(bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    pieces.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString();
}

/** Lines without those that are empty. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Reports are sent around: bearer tokens (RFC 6750 2.1) and the secrets that are known, however they are written, are taken out of what a target wrote. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const written = secrets.filter((secret) => secret !== '').flatMap((secret) => [...spellings(secret, '').keys()]);
  const bare = written
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  return bare.replace(/\b(Bearer\s+)[\w.~+/-]+=*/gi, '$1…');
}

/** Keeps what the containers of a run wrote, one file each: `target.log`, with Compose `SERVICE.log`. One that cannot be had is left out. */
export async function keepLogs(
  docker: Docker,
  label: readonly string[],
  directory: string,
  secrets: readonly string[],
): Promise<void> {
  const found = await docker.listContainers({ all: true, filters: { label: [...label] } });
  for (const { Id, Labels } of found) {
    const name = (Labels['com.docker.compose.service'] ?? 'target').replace(/[^\w.-]/g, '_');
    const text = await logsOf(docker, Id).catch(() => undefined);
    if (text !== undefined) await writeFile(join(directory, `${name}.log`), withoutSecrets(text, secrets));
  }
}
