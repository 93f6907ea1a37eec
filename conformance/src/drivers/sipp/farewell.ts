import { header, headers } from './message-log.ts';
import type { SippMessage } from './types.ts';

/**
 * What a leg whose SIPp is gone in the middle of a call would have to say, from what it has said before: CANCEL of an INVITE without
 * a final response (RFC 3261 9.1), BYE of a dialog that nobody has ended (15.1.1). Without it the target does right to go on
 * with the call, to ring for minutes say, and all that comes after has a call that belongs to nobody. Undefined: there is nothing to
 * say.
 */
export function farewell(messages: readonly SippMessage[]): string | undefined {
  const invite = messages.find(({ method, status }) => method === 'INVITE' && status === undefined);
  if (invite === undefined || messages.some(({ method }) => method === 'BYE')) return undefined;
  const calling = invite.direction === 'sent';
  const final = messages.findLast(({ method, status = 0 }) => method === 'INVITE' && status >= 200);
  // Without a provisional response there ought to be no CANCEL yet; nobody is there any more who would hear one.
  if (final === undefined) return calling ? cancel(invite.raw) : undefined;
  if ((final.status ?? 0) >= 300) return undefined;
  // The side that was called speaks with From and To exchanged; its peer's Contact and route are those of the INVITE.
  const [from, to] = calling ? (['From', 'To'] as const) : (['To', 'From'] as const);
  const peer = calling ? final.raw : invite.raw;
  const routes = headers(peer, 'Record-Route');
  const own = messages.filter(({ direction, status }) => direction === 'sent' && status === undefined);
  const cseq = Math.max(0, ...own.map(({ raw }) => Number.parseInt(header(raw, 'CSeq') ?? '', 10))) + 1;
  const [ours, theirs] = [calling ? invite.raw : final.raw, peer].map(contactOf);
  const [, place = '', transport = 'udp'] = /@([^;>]+)(?:.*;transport=(\w+))?/.exec(ours ?? '') ?? [];
  const branch = `z9hG4bKfarewell${cseq}${invite.callId.replace(/\W/g, '')}`;
  return text([
    `BYE ${theirs ?? ''} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${place};rport;branch=${branch}`,
    ...(calling ? routes.toReversed() : routes).map((route) => `Route: ${route}`),
    `From: ${header(final.raw, from, from === 'From' ? 'f' : 't') ?? ''}`,
    `To: ${header(final.raw, to, to === 'From' ? 'f' : 't') ?? ''}`,
    `Call-ID: ${invite.callId}`,
    `CSeq: ${cseq} BYE`,
  ]);
}

/** Request-URI, Via, From, To and Call-ID of the INVITE, and the number of its CSeq. */
const cancel = (invite: string): string =>
  text([
    invite.slice(0, invite.search(/\r?\n/)).replace(/^INVITE/, 'CANCEL'),
    `Via: ${header(invite, 'Via', 'v') ?? ''}`,
    `From: ${header(invite, 'From', 'f') ?? ''}`,
    `To: ${header(invite, 'To', 't') ?? ''}`,
    `Call-ID: ${header(invite, 'Call-ID', 'i') ?? ''}`,
    `CSeq: ${Number.parseInt(header(invite, 'CSeq') ?? '', 10)} CANCEL`,
  ]);

/** The URI of Contact. */
const contactOf = (raw: string): string => {
  const value = header(raw, 'Contact', 'm') ?? '';
  return /<([^>]+)>/.exec(value)?.[1] ?? value;
};

const text = (lines: readonly string[]): string =>
  [...lines, 'Max-Forwards: 70', 'Content-Length: 0', '', ''].join('\r\n');
