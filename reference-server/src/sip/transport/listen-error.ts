import type { Protocol } from '../endpoint.ts';

const causes: Record<string, string> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'may not be used without more rights',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no address and no host name that is known',
  EAFNOSUPPORT: 'is of a kind that this machine does not support',
};

/** A socket could not be bound. `message` is one sentence for the person who started the program. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(protocol: Protocol, host: string, port: number, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
    super(`${protocol}:${host}:${port} ${causes[code] ?? `cannot be bound (${code})`}.`, { cause });
    this.code = code;
  }
}
