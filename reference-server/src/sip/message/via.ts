import { consistsOf, hostPort, token } from './chars.ts';
import { parseParams, serializeParams } from './params.ts';
import type { Via } from './types.ts';

/** One Via value; white space may surround slashes, colon and parameters. RFC 3261 20.42. */
export function parseVia(value: string): Via | undefined {
  const first = value.indexOf('/');
  const second = value.indexOf('/', first + 1);
  if (first < 0 || second < 0) return undefined;
  if (value.slice(0, first).trim().toUpperCase() !== 'SIP') return undefined;
  if (value.slice(first + 1, second).trim() !== '2.0') return undefined;
  const rest = value.slice(second + 1).trimStart();
  const space = rest.search(/[ \t]/);
  if (space < 0) return undefined;
  const transport = rest.slice(0, space).toUpperCase();
  const semicolon = rest.indexOf(';', space);
  const address = hostPort((semicolon < 0 ? rest.slice(space) : rest.slice(space, semicolon)).trim());
  const params = parseParams(semicolon < 0 ? '' : rest.slice(semicolon));
  if (!consistsOf(transport, token) || address === undefined || params === undefined) return undefined;
  return { transport, ...address, params };
}

/** Inverse of `parseVia`. */
export function serializeVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${via.host}${port}${serializeParams(via.params)}`;
}
