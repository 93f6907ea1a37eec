/** A called party told message by message: the far side of one dialog, early or not, that the target's INVITE opened. */
import { calleeUser, isRequest, uriOf } from './outbound.ts';
import type { Wire, WireMessage } from './wire.ts';
import { responseTo } from './wire-caller.ts';

type Body = { readonly type: string; readonly text: string };

export interface WireCallee {
  /** A provisional response; `reliably` waits for its PRACK and answers that, and gives it. */
  progress(
    status: number,
    more?: { readonly body?: Body; readonly reliably?: number },
  ): Promise<WireMessage | undefined>;
  /** 200 to the INVITE, and its ACK. */
  accept(body?: Body): Promise<WireMessage>;
  /** A request in the dialog, with the next CSeq; gives its final response. ACK of an INVITE is left to `acknowledge`. */
  ask(method: string, more?: { readonly body?: Body; readonly headers?: readonly string[] }): Promise<WireMessage>;
  /** ACK of the final response to the INVITE that was asked last. */
  acknowledge(response: WireMessage, body?: Body): Promise<void>;
  /** Waits for a re-INVITE of the target behind message number `from`, answers it, and gives it with its ACK. */
  reinvited(from: number, status: number, body?: Body): Promise<WireMessage>;
  /** The BYE of the target in this dialog, answered. */
  ended(): Promise<WireMessage>;
}

/** `tag` parts the dialogs of one INVITE that was forked. */
export function wireCallee(wire: Wire, invite: WireMessage, tag: string = calleeUser): WireCallee {
  const contact = `Contact: <${uriOf(wire)}>`;
  const target = /<([^>]+)>/.exec(invite.header('Contact', 'm') ?? '')?.[1] ?? '';
  const inDialog = (m: WireMessage): boolean => m.header('To', 't')?.includes(`tag=${tag}`) ?? false;
  let cseq = 0;

  const request = (
    method: string,
    number: number,
    body: Body | undefined,
    headers: readonly string[] = [],
    branch: string = wire.newId(),
  ): string =>
    [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${wire.host}:${wire.port};rport;branch=z9hG4bK${branch}`,
      `From: ${invite.header('To', 't') ?? ''};tag=${tag}`,
      `To: ${invite.header('From', 'f') ?? ''}`,
      `Call-ID: ${invite.header('Call-ID', 'i') ?? ''}`,
      `CSeq: ${number} ${method}`,
      'Max-Forwards: 70',
      contact,
      ...headers,
      ...(body === undefined ? [] : [`Content-Type: ${body.type}`]),
      `Content-Length: ${Buffer.byteLength(body?.text ?? '')}`,
      '',
      body?.text ?? '',
    ].join('\r\n');

  return {
    progress: async (status, { body, reliably } = {}) => {
      const headers = [contact, ...(reliably === undefined ? [] : ['Require: 100rel', `RSeq: ${reliably}`])];
      await wire.send(responseTo(invite, status, { toTag: tag, headers, ...(body && { body }) }));
      if (reliably === undefined) return undefined;
      const prack = await wire.waitFor('PRACK', (m) => isRequest('PRACK')(m) && inDialog(m));
      await wire.send(responseTo(prack, 200));
      return prack;
    },
    accept: async (body) => {
      await wire.send(responseTo(invite, 200, { toTag: tag, headers: [contact], ...(body && { body }) }));
      return wire.waitFor('ACK', (m) => isRequest('ACK')(m) && inDialog(m));
    },
    ask: async (method, { body, headers } = {}) => {
      cseq += 1;
      const from = wire.received().length;
      const wanted = `${cseq} ${method}`;
      await wire.send(request(method, cseq, body, headers));
      const fits = (m: WireMessage): boolean => (m.status ?? 0) >= 200 && m.header('CSeq') === wanted;
      return wire.waitFor(`final response to ${method}`, fits, { from });
    },
    acknowledge: (response, body) => {
      const branch = (response.status ?? 0) < 300 ? undefined : /branch=z9hG4bK([^;\s]+)/.exec(response.raw)?.[1];
      return wire.send(request('ACK', cseq, body, [], branch));
    },
    reinvited: async (from, status, body) => {
      const again = await wire.waitFor('re-INVITE', (m) => isRequest('INVITE')(m) && inDialog(m), { from });
      await wire.send(responseTo(again, status, { headers: [contact], ...(body && { body }) }));
      await wire.waitFor('ACK', (m) => isRequest('ACK')(m) && inDialog(m), { from });
      return again;
    },
    ended: async () => {
      const bye = await wire.waitFor('BYE', (m) => isRequest('BYE')(m) && inDialog(m));
      await wire.send(responseTo(bye, 200));
      return bye;
    },
  };
}
