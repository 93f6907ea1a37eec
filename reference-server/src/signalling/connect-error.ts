/** What is known of a SIP server that is not connected. */
export interface Missing {
  readonly at: { readonly host: string; readonly port: number };
  /** Of the last attempt; absent when the connection was made and nothing was answered on it. */
  readonly cause?: unknown;
}

const causes: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection is closed at once',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'no such host is known',
  ETIMEDOUT: 'there is no answer',
};

const why = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'what listens there does not answer as a drachtio-server';
  const code = 'code' in cause ? String(cause.code) : cause.message;
  return causes[code] ?? code;
};

/** No SIP server can be used. `message` is one sentence for the person who started the program. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';

  static unreachable(missing: readonly Missing[], seconds: number): ConnectError {
    const each = missing.map(({ at, cause }) => `${at.host}:${at.port} (${why(cause)})`);
    const servers = each.length === 1 ? 'the drachtio-server' : 'any of the drachtio-servers';
    return new ConnectError(`No connection to ${servers} ${each.join(', ')} within ${seconds} s.`);
  }

  static refused({ host, port }: Missing['at']): ConnectError {
    return new ConnectError(`The drachtio-server ${host}:${port} does not accept the secret of these settings.`);
  }
}
