/** The last will of a session: the sessionCompleted that another node sends when this one is dead. */
import type { HttpTransactionId, SessionId } from '../session/ids.ts';
import type { Json } from '../session/json.ts';
import type { CallbackRequest } from '../session/ports/callbacks.ts';
import type { SessionEntry } from '../session/ports/nodes.ts';
import type { Orphan } from './directory.ts';

/** One for the whole life of the session: whoever gets sessionCompleted twice recognises the second by it (D-CB). */
export const willOf = (entry: SessionEntry, httpTransactionId: HttpTransactionId): Json =>
  plain({ ...entry.last, body: { ...entry.last.body, httpTransactionId }, httpTransactionId, final: false });

/** The session is over, its sessionCompleted about to leave: nobody has to guess how it ended. */
export const finalWill = ({ session: _session, token: _token, ...request }: CallbackRequest): Json =>
  plain({ ...request, final: true });

/** As it comes out of the directory again. */
const plain = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

type Body = { readonly [key: string]: Json };
const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param node IP address of who sends it.
 * @returns undefined when it is no will of a node of ours.
 */
export function execute(
  { session, will, milliseconds }: Orphan,
  node: string,
  token: string,
): CallbackRequest | undefined {
  if (!isBody(will)) return undefined;
  const { domain, body, httpTransactionId, instance, baseUrl, final } = will;
  if (typeof domain !== 'string' || !isBody(body) || typeof httpTransactionId !== 'string') return undefined;
  const sessionDuration = String(Math.floor(milliseconds / 1000));
  return {
    session: session as SessionId,
    domain,
    name: 'sessionCompleted',
    ...(typeof instance === 'string' && { instance }),
    ...(typeof baseUrl === 'string' && { baseUrl }),
    body: { ...body, ivrServer: node, ...(final !== true && { sessionDuration }) },
    token,
    httpTransactionId: httpTransactionId as HttpTransactionId,
  };
}
