import { isObject } from '../http.ts';
import type { Callback, ClaimKey } from './types.ts';

/** Whose is a callback? Keys are texts of the form `kind:value`; values that are JSON are written in one way. */
export function keyText(key: ClaimKey): string {
  if ('number' in key) return `user:${key.number}`;
  if ('user' in key) return `user:${key.user}`;
  if ('session' in key) return `id:${key.session}`;
  if ('reference' in key) return `reference:${canonical(key.reference)}`;
  return `alarm:${key.alarmDomain}`;
}

/** JSON with sorted keys: a reference is echoed as a value, not as a text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}

/** Of one session for good. */
const ownIds = ['sessionId', 'replyId', 'connectionId'];
/** A party keeps these when it comes into another session. */
const partyIds = [
  'participantId',
  'callerParticipantId',
  'calleeParticipantId',
  'remoteParticipantId',
  'callId',
  'sipCallId',
];
const users = [
  'calledParty',
  'user',
  'remoteUser',
  'callingPartyNumber',
  'remotePartyNumber',
  'callingParty',
  'sourceUser',
];

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const keysOf = ({ body }: Callback, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const id = text(body[name]);
    return id === undefined ? [] : [`id:${id}`];
  });

/** Who has one callback of a session has all that share an id with it. */
export const idKeys = (callback: Callback): string[] => keysOf(callback, [...ownIds, ...partyIds]);

/** All keys that fit, the surest first. */
export function candidates(callback: Callback): string[] {
  const { body } = callback;
  const reference = body.sessionReferenceId;
  const destination = /^sips?:([^@;>]+)@/.exec(text(body.destinationUri) ?? '')?.[1];
  const parties = users.flatMap((name) => {
    const user = text(body[name]);
    return user === undefined ? [] : [`user:${user}`];
  });
  return [
    ...keysOf(callback, ownIds),
    ...(reference === undefined || reference === null ? [] : [`reference:${canonical(reference)}`]),
    ...keysOf(callback, partyIds),
    ...(destination === undefined ? [] : [`user:${destination}`]),
    ...parties,
    ...(callback.name === 'alarm' ? [`alarm:${text(body.domain) ?? ''}`] : []),
  ];
}
