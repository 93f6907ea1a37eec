/** What the system says when a file cannot be read or written, in words for whoever named it. Pure. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  TAR_BAD_ARCHIVE: 'it is no tar.gz',
  ZLIB_ERROR: 'it is no tar.gz',
  Z_DATA_ERROR: 'it is no whole tar.gz',
  Z_BUF_ERROR: 'it is no whole tar.gz',
};

/** Why something failed, without a full stop. `missing`: what it means that something is not there, where that is known. */
export function why(cause: unknown, missing?: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' && missing !== undefined) return missing;
  return WORDS[code] ?? cause.message.split('\n')[0]?.replace(/[.:\s]+$/, '') ?? '';
}
