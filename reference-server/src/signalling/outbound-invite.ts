/** From what the session layer wants to the headers of the INVITE (D-HEADERS). */
import type { OutboundInvite } from '../session/ports/sip.ts';
import { escapeUser, parseUri, quote } from '../sip/message/index.ts';
import type { SrfHeaders } from './srf.ts';

export interface InviteSettings {
  /** Name of the header that carries the trace id (D-ID). */
  readonly traceHeader: string;
  /** Session interval to ask for in seconds; 0 asks for none. */
  readonly sessionExpires: number;
  /** Option tags that the caller's domain takes part in; without `timer` no interval is asked for (RFC 4028 section 7.1). */
  readonly extensions: readonly string[];
}

/** Methods that this user agent takes part in. */
export const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK';

const address = (user: string, host: string): string =>
  user === '' ? `<sip:${host}>` : `<sip:${escapeUser(user)}@${host}>`;

const named = (displayName: string | undefined, rest: string): string =>
  displayName === undefined || displayName === '' ? rest : `${quote(displayName)} ${rest}`;

/** What may stand in a URI parameter as it is, in the user part too (RFC 3261 section 25.1). */
const escapeParameter = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\w\-.!~*'()+$&/]+/g, (part) => encodeURIComponent(part));

const uriParameters = (parameters: Readonly<Record<string, string>> = {}): string =>
  Object.entries(parameters)
    .map(([name, value]) => [name, value].filter((text) => text !== '').map(escapeParameter))
    .map((written) => `;${written.join('=')}`)
    .join('');

const headerParameters = (parameters: Readonly<Record<string, string>> = {}): string =>
  Object.entries(parameters)
    .map(([name, value]) => {
      if (value === '') return `;${name}`;
      return `;${name}=${/^[\w\-.!%*+`'~]+$/.test(value) ? value : quote(value)}`;
    })
    .join('');

const from = (invite: OutboundInvite): string =>
  invite.private
    ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
    : named(invite.fromDisplayName, address(invite.fromUser, invite.fromHost));

const to = ({ uri, toUser }: OutboundInvite): string => {
  const parsed = parseUri(uri);
  if (parsed === undefined || (parsed.scheme !== 'sip' && parsed.scheme !== 'sips')) return `<${uri}>`;
  const user = toUser === undefined ? parsed.user : escapeUser(toUser);
  const port = parsed.port === undefined ? '' : `:${parsed.port}`;
  return `<${parsed.scheme}:${user === undefined ? '' : `${user}@`}${parsed.host}${port}>`;
};

/** URI of the outbound proxy for a call to this address: it is reached by the transport that the address asks for. */
export const proxyFor = (uri: string, { host, port }: { readonly host: string; readonly port: number }): string => {
  const parsed = parseUri(uri);
  const transport = parsed?.scheme === 'sip' ? parsed.params.get('transport') : undefined;
  return `sip:${host}:${port}${typeof transport === 'string' ? `;transport=${transport.toLowerCase()}` : ''}`;
};

/** `localhost` is what drachtio replaces by the address that the other side can use. */
const contact = (invite: OutboundInvite): string | undefined => {
  if (invite.contactParameters === undefined && invite.contactUserParameters === undefined) return undefined;
  const user = escapeUser(invite.private || invite.fromUser === '' ? 'anonymous' : invite.fromUser);
  return `<sip:${user}${uriParameters(invite.contactUserParameters)}@localhost${uriParameters(invite.contactParameters)}>`;
};

/** Header lines of a name become one entry: drachtio-srf writes an entry as it is, and keeps no two of one name. */
const joined = (lines: readonly (readonly [name: string, value: string])[]): SrfHeaders => {
  const headers: SrfHeaders = {};
  for (const [name, value] of lines) {
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}\r\n${name}: ${value}`;
  }
  return headers;
};

export const inviteHeaders = (invite: OutboundInvite, settings: InviteSettings): SrfHeaders => {
  const host = invite.fromHost;
  const contactHeader = contact(invite);
  const lines: (readonly [string, string])[] = [...invite.headers];
  if (invite.assertedUser !== undefined) lines.push(['P-Asserted-Identity', address(invite.assertedUser, host)]);
  if (invite.remotePartyIdUser !== undefined) {
    const privacy = invite.private ? 'full' : 'off';
    lines.push(['Remote-Party-ID', `${address(invite.remotePartyIdUser, host)};party=calling;privacy=${privacy}`]);
  }
  if (invite.diversionUser !== undefined) {
    const parameters = headerParameters(invite.diversionParameters);
    lines.push(['Diversion', `${address(invite.diversionUser, host)}${parameters}`]);
  }
  if (invite.private) lines.push(['Privacy', 'id']);
  const timed = settings.sessionExpires > 0 && settings.extensions.includes('timer');
  if (timed) lines.push(['Session-Expires', String(settings.sessionExpires)]);
  return {
    From: from(invite),
    To: to(invite),
    ...(contactHeader !== undefined && { Contact: contactHeader }),
    ...joined(lines),
    [settings.traceHeader]: invite.traceId,
    Allow: allow,
    Supported: settings.extensions.join(', '),
    ...(invite.sdp !== undefined && { 'Content-Type': 'application/sdp' }),
  };
};
