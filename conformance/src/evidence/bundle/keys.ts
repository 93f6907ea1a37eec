import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** An Ed25519 key in PEM. @throws a sentence that names the file. */
export async function readKey(path: string, kind: 'private' | 'public'): Promise<KeyObject> {
  let key: KeyObject;
  try {
    const pem = await readFile(path);
    key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be read as a ${kind} key: ${why}`, { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${path} is a key for ${key.asymmetricKeyType ?? 'something else'}, not for Ed25519`);
  return key;
}
