import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readKey } from './keys.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const pem = { type: 'pkcs8', format: 'pem' } as const;
const ed25519 = generateKeyPairSync('ed25519');
const locked = ed25519.privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem);
const shown = ed25519.publicKey.export({ type: 'spki', format: 'pem' });

it.each<[string, string | Buffer | undefined, string]>([
  ['no file', undefined, 'cannot be read as a private key: there is no such file'],
  ['no key', 'name: target', 'cannot be read as a private key: it holds no private key in PEM'],
  ['a public key', shown, 'cannot be read as a private key: it holds no private key in PEM'],
  ['a key with a passphrase', locked, 'cannot be read as a private key: it is locked with a passphrase'],
  ['a key of another kind', rsa, 'is a key for rsa, not for Ed25519'],
])('%s is refused in words of our own', async (name, content, words) => {
  const path = join(directory, `${name.replaceAll(' ', '-')}.pem`);
  if (content !== undefined) await writeFile(path, content);
  await expect(readKey(path, 'private')).rejects.toThrow(new Error(`${path} ${words}`));
});

it('reads what it can sign with', async () => {
  const path = join(directory, 'good.pem');
  await writeFile(path, ed25519.privateKey.export(pem));
  expect((await readKey(path, 'private')).equals(ed25519.privateKey)).toBe(true);
});
