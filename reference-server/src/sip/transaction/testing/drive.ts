import { parseMessage, responseTo, type SipRequest, type SipResponse, serializeMessage } from '../../message/index.ts';
import type { Output } from '../types.ts';

/** A request as it would come from the network, for tests of the layers above. */
export function request(
  method: string,
  change: {
    branch?: string;
    from?: string;
    to?: string;
    cseq?: string;
    uri?: string;
    via?: string;
    lines?: string[];
  } = {},
): SipRequest {
  const rows = [
    `${method} ${change.uri ?? 'sip:bob@callee.example'} SIP/2.0`,
    `Via: ${change.via ?? `SIP/2.0/UDP caller.example:5060;branch=${change.branch ?? 'z9hG4bK-1'}`}`,
    'Via: SIP/2.0/UDP first.example;branch=z9hG4bK-0',
    'Route: <sip:edge.example;lr>',
    'Max-Forwards: 70',
    `From: ${change.from ?? '<sip:alice@caller.example>;tag=a'}`,
    `To: ${change.to ?? '<sip:bob@callee.example>'}`,
    'Call-ID: c-1',
    `CSeq: ${change.cseq ?? `7 ${method}`}`,
    'Contact: <sip:alice@caller.example>',
    ...(change.lines ?? []),
    'Content-Length: 0',
  ];
  const result = parseMessage(Buffer.from(`${rows.join('\r\n')}\r\n\r\n`));
  if (!result.ok || result.message.kind !== 'request') throw new Error('no request');
  return result.message;
}

/** A response as it would come from the network; an empty `toTag` leaves To without one. */
export function response(to: SipRequest, status: number, toTag = 'b'): SipResponse {
  const result = parseMessage(serializeMessage(responseTo(to, status, toTag === '' ? {} : { toTag })));
  if (!result.ok || result.message.kind !== 'response') throw new Error('no response');
  return result.message;
}

/** Outputs as short texts: `transmit INVITE`, `deliver 200`, `terminated`. */
export function names(outputs: readonly Output[]): string[] {
  return outputs.map((output) => {
    switch (output.type) {
      case 'transmit':
      case 'deliver':
        return `${output.type} ${output.message.kind === 'request' ? output.message.method : output.message.status}`;
      case 'timeout':
      case 'transport-error':
      case 'terminated':
        return output.type;
      default:
        return output satisfies never;
    }
  });
}

interface Timed<Result> {
  nextTimeout(): number | undefined;
  handleTimeout(now: number): Result[];
}

/** Lets the clock go from timer to timer up to `until`: what came out, and when. */
export function elapse<Result>(machine: Timed<Result>, until: number): [time: number, output: Result][] {
  const seen: [number, Result][] = [];
  for (let at = machine.nextTimeout(); at !== undefined && at <= until; at = machine.nextTimeout()) {
    for (const output of machine.handleTimeout(at)) seen.push([at, output]);
  }
  return seen;
}

/** `elapse` with names: `500 transmit INVITE`. */
export function timeline(machine: Timed<Output>, until = Number.POSITIVE_INFINITY): string[] {
  return elapse(machine, until).map(([at, output]) => `${at} ${names([output])[0]}`);
}
