import type { TestContext } from '../../harness/types.ts';
import type { Wire, WireMessage } from './wire.ts';

/** How a request departs from the ordinary one. Header lines and URIs are sent as they are given. */
export interface RequestChanges {
  readonly uri?: string;
  readonly headers?: readonly string[];
  readonly body?: { readonly type: string; readonly text: string };
  /** Default: a new one for each request, that of the INVITE for CANCEL and the ACK of a failure. */
  readonly branch?: string;
  readonly cseq?: number;
  /** Whole Via values, topmost first; `${branch}` is replaced. Default: one with rport. */
  readonly vias?: readonly string[];
  /** Whole values. */
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly contact?: string;
  /** Header names in compact form. */
  readonly compact?: boolean;
}

/** One call of ours, told message by message. It keeps what a dialog keeps, and nothing happens by itself. */
export interface WireCaller {
  readonly callId: string;
  readonly fromTag: string;
  /** Text of a request; the CSeq rises with each one that is not an ACK or CANCEL. */
  request(method: string, changes?: RequestChanges): string;
  /** Sends it, and gives its text for another copy. */
  send(method: string, changes?: RequestChanges): Promise<string>;
  /** Sends a request and gives its final response. For an INVITE that is not acknowledged here. */
  ask(method: string, changes?: RequestChanges): Promise<WireMessage>;
  /** Acknowledges a final response to an INVITE, whichever it is; takes dialog and remote target from a 2xx. */
  acknowledge(response: WireMessage, changes?: RequestChanges): Promise<void>;
  /** INVITE, final response, ACK. */
  invite(changes?: RequestChanges): Promise<WireMessage>;
  /** Waits for a request of the target in this call and answers it. */
  answer(method: string, status?: number): Promise<WireMessage>;
  /** Waits for a re-INVITE of the target behind message number `from` and answers it with 200, or `status`; gives it. */
  answerOffer(body: RequestChanges['body'], from?: number, status?: number): Promise<WireMessage>;
  /** BYE and its answer. */
  bye(): Promise<WireMessage>;
  /** A BYE was written or answered. */
  over(): boolean;
}

/** A call from `wire` to the target; `to` and `domain` are those of the scenario unless told otherwise. */
export function wireCaller(
  ctx: TestContext,
  wire: Wire,
  options: { readonly to?: string; readonly domain?: string; readonly user?: string } = {},
): WireCaller {
  const { to = ctx.number, domain = ctx.target.domain, user = `wire-${ctx.newId().slice(0, 8)}` } = options;
  const callId = `${ctx.newId()}@${wire.host}`;
  const fromTag = ctx.newId().slice(0, 8);
  const requestUri = `sip:${to}@${domain}`;
  let cseq = 0;
  let over = false;
  let inviteBranch = '';
  let inviteCseq = 0;
  let inviteUri = requestUri;
  let inviteTo = `<${requestUri}>`;
  let remoteTarget = requestUri;
  let remoteTo: string | undefined;
  let routes: readonly string[] = [];
  let inviteVias: readonly string[] | undefined;

  const request = (method: string, changes: RequestChanges = {}): string => {
    const again = method === 'ACK' || method === 'CANCEL';
    if (method === 'BYE') over = true;
    if (!again) cseq = changes.cseq ?? cseq + 1;
    const number = changes.cseq ?? (again ? inviteCseq : cseq);
    const branch = changes.branch ?? `z9hG4bK${ctx.newId()}`;
    const vias = changes.vias ?? [`SIP/2.0/${wire.transport} ${wire.host}:${wire.port};rport;branch=\${branch}`];
    const uri = changes.uri ?? remoteTarget;
    const toValue = changes.to ?? remoteTo ?? `<${requestUri}>`;
    if (method === 'INVITE') {
      inviteBranch = branch;
      inviteCseq = number;
      inviteUri = uri;
      inviteTo = toValue;
      inviteVias = changes.vias;
    }
    const name = (long: string, short: string): string => (changes.compact === true ? short : long);
    return text([
      `${method} ${uri} SIP/2.0`,
      ...vias.map((via) => `${name('Via', 'v')}: ${via.replace(`\${branch}`, branch)}`),
      ...routes.map((route) => `Route: ${route}`),
      `${name('From', 'f')}: ${changes.from ?? `<sip:${user}@${wire.host}>`};tag=${fromTag}`,
      `${name('To', 't')}: ${toValue}`,
      `${name('Call-ID', 'i')}: ${changes.callId ?? callId}`,
      `CSeq: ${number} ${method}`,
      'Max-Forwards: 70',
      `${name('Contact', 'm')}: ${changes.contact ?? `<sip:${user}@${wire.host}:${wire.port};transport=${wire.transport.toLowerCase()}>`}`,
      ...(changes.headers ?? []),
      ...(changes.body === undefined ? [] : [`${name('Content-Type', 'c')}: ${changes.body.type}`]),
      `${name('Content-Length', 'l')}: ${Buffer.byteLength(changes.body?.text ?? '')}`,
      '',
      changes.body?.text ?? '',
    ]);
  };

  const send = async (method: string, changes: RequestChanges = {}): Promise<string> => {
    const message = request(method, changes);
    await wire.send(message);
    return message;
  };

  const acknowledge = async (response: WireMessage, changes: RequestChanges = {}): Promise<void> => {
    const ok = (response.status ?? 0) < 300;
    if (ok) {
      remoteTo = response.header('To', 't') ?? inviteTo;
      remoteTarget = /<([^>]+)>/.exec(response.header('Contact', 'm') ?? '')?.[1] ?? remoteTarget;
      if (routes.length === 0) routes = response.headers('Record-Route').flatMap(splitValues).toReversed();
      await send('ACK', { cseq: inviteCseq, ...changes });
      return;
    }
    await send('ACK', {
      cseq: inviteCseq,
      branch: inviteBranch,
      uri: inviteUri,
      to: response.header('To', 't') ?? inviteTo,
      ...(inviteVias === undefined ? {} : { vias: inviteVias.slice(0, 1) }),
    });
  };

  const ask = async (method: string, changes: RequestChanges = {}): Promise<WireMessage> => {
    const from = wire.received().length;
    const message = await send(method, changes);
    const expected = /^CSeq: (\d+ \S+)/m.exec(message)?.[1] ?? '';
    return wire.waitFor(
      `final response to ${method}`,
      (m) =>
        (m.status ?? 0) >= 200 &&
        m.header('CSeq') === expected &&
        m.header('Call-ID', 'i') === (changes.callId ?? callId),
      { from },
    );
  };

  return {
    callId,
    fromTag,
    request: (method, changes) =>
      request(
        method,
        method === 'CANCEL' ? { branch: inviteBranch, uri: inviteUri, to: inviteTo, ...changes } : changes,
      ),
    send: (method, changes) =>
      send(method, method === 'CANCEL' ? { branch: inviteBranch, uri: inviteUri, to: inviteTo, ...changes } : changes),
    ask: (method, changes) =>
      ask(method, method === 'CANCEL' ? { branch: inviteBranch, uri: inviteUri, to: inviteTo, ...changes } : changes),
    acknowledge,
    invite: async (changes) => {
      const response = await ask('INVITE', changes);
      await acknowledge(response);
      return response;
    },
    answer: async (method, status = 200) => {
      const message = await wire.waitFor(
        method,
        (m) => m.status === undefined && m.method === method && m.header('Call-ID', 'i') === callId,
      );
      await wire.send(responseTo(message, status));
      if (method === 'BYE') over = true;
      return message;
    },
    answerOffer: async (body, from = 0, status = 200) => {
      const ours = (m: WireMessage): boolean =>
        m.status === undefined && m.method === 'INVITE' && m.header('Call-ID', 'i') === callId;
      const offered = await wire.waitFor('re-INVITE', ours, { from });
      const contact = `Contact: <sip:${user}@${wire.host}:${wire.port};transport=${wire.transport.toLowerCase()}>`;
      await wire.send(responseTo(offered, status, { headers: [contact], ...(body && { body }) }));
      return offered;
    },
    bye: () => ask('BYE'),
    over: () => over,
  };
}

/** A response with the headers that RFC 3261 8.2.6 copies. */
export function responseTo(
  request: WireMessage,
  status: number,
  more: {
    readonly headers?: readonly string[];
    readonly toTag?: string;
    readonly body?: { readonly type: string; readonly text: string };
  } = {},
): string {
  const tag = more.toTag === undefined ? '' : `;tag=${more.toTag}`;
  return text([
    `SIP/2.0 ${status} ${status < 300 ? 'OK' : 'Refused'}`,
    ...request.headers('Via', 'v').map((via) => `Via: ${via}`),
    ...request.headers('Record-Route').map((route) => `Record-Route: ${route}`),
    `From: ${request.header('From', 'f') ?? ''}`,
    `To: ${request.header('To', 't') ?? ''}${tag}`,
    `Call-ID: ${request.header('Call-ID', 'i') ?? ''}`,
    `CSeq: ${request.header('CSeq') ?? ''}`,
    ...(more.headers ?? []),
    ...(more.body === undefined ? [] : [`Content-Type: ${more.body.type}`]),
    `Content-Length: ${Buffer.byteLength(more.body?.text ?? '')}`,
    '',
    more.body?.text ?? '',
  ]);
}

/** An audio offer or answer for an address; PCMU, PCMA and telephone-event. */
export function audioSdp(
  media: { readonly host: string; readonly port: number },
  changes: {
    readonly direction?: string;
    readonly version?: number;
    readonly lines?: readonly string[];
    readonly formats?: string;
  } = {},
): { readonly type: string; readonly text: string } {
  const lines = [
    'v=0',
    `o=- 20 ${changes.version ?? 1} IN IP4 ${media.host}`,
    's=-',
    `c=IN IP4 ${media.host}`,
    't=0 0',
    `m=audio ${media.port} RTP/AVP ${changes.formats ?? '0 8 101'}`,
    ...(changes.formats === undefined ? ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'] : []),
    `a=${changes.direction ?? 'sendrecv'}`,
    ...(changes.lines ?? []),
  ];
  return { type: 'application/sdp', text: lines.map((line) => `${line}\r\n`).join('') };
}

const text = (lines: readonly string[]): string => lines.join('\r\n');

/** Values of a list header that stand in one line; commas inside angle brackets or quotes do not part. */
export function splitValues(line: string): string[] {
  return line.match(/(?:<[^>]*>|"[^"]*"|[^,])+/g)?.map((value) => value.trim()) ?? [];
}
