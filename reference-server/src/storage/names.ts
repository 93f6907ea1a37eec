/** Which names prompts and recordings may have (D-FILE): plain file names that mean one file on every system. */
import { StorageError } from './prompt-store.ts';

const MAX_BYTES = 200;

/** @throws {StorageError} PROMPT_BAD_NAME */
export function checkName(name: string): void {
  const fault = faultOf(name);
  if (fault !== undefined) throw new StorageError('PROMPT_BAD_NAME', `not a plain file name: it ${fault}`);
}

/** A domain is a folder. @throws {StorageError} PROMPT_BAD_NAME */
export function checkDomain(domain: string): void {
  const fault = faultOf(domain);
  if (fault !== undefined) throw new StorageError('PROMPT_BAD_NAME', `not a domain name: it ${fault}`);
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/[/\\]/.test(name)) return 'contains a path separator';
  if (name.includes('..')) return 'contains dot-dot';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'contains a control character';
  if (name.startsWith('.')) return 'begins with a dot';
  if (/[:*?"<>|]/.test(name)) return 'contains a character with a meaning of its own on some system';
  if (/[. ]$/.test(name)) return 'ends in a dot or a blank';
  if (!name.isWellFormed()) return 'is not well-formed Unicode';
  return Buffer.byteLength(name) > MAX_BYTES ? `has more than ${MAX_BYTES} bytes` : undefined;
}
