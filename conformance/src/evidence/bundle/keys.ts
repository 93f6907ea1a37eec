import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** An Ed25519 key in PEM. @throws a sentence that names the file. */
export async function readKey(path: string, kind: 'private' | 'public'): Promise<KeyObject> {
  let key: KeyObject;
  try {
    const pem = await readFile(path);
    key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
  } catch (cause) {
    throw new Error(`${path} cannot be read as a ${kind} key: ${why(cause, kind)}`, { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${path} is a key for ${key.asymmetricKeyType ?? 'something else'}, not for Ed25519`);
  return key;
}

const LOCKED = 'it is locked with a passphrase';
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ERR_MISSING_PASSPHRASE: LOCKED,
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: LOCKED,
};

/** What the libraries below say of a wrong file is about their own insides. */
function why(cause: unknown, kind: 'private' | 'public'): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return WHY[code] ?? `it holds no ${kind} key in PEM`;
}
