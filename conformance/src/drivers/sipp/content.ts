import * as x from './elements.ts';
import { keyword as k } from './escape.ts';

/** Parts of a message that a step may add or change. All text is taken literally; keywords by `keyword()`. */
export interface Content {
  /** Whole header lines. */
  readonly headers?: readonly string[];
  /** An SDP body. */
  readonly sdp?: string;
  /** Any other body. */
  readonly body?: { readonly type: string; readonly text: string };
}

/** How the scenario's INVITE names the two sides. */
export interface InviteContent extends Content {
  /** User part of the Request-URI and To. */
  readonly to: string;
  /** Host part of both; the packet goes to the remote whatever it says. */
  readonly domain: string;
  readonly from: string;
  readonly fromDomain?: string;
  readonly displayName?: string;
  /** Replaces the whole From value without its tag, e.g. `"Anonymous" <sip:anonymous@anonymous.invalid>`. */
  readonly fromValue?: string;
}

/** Branches are ours, because CANCEL and the ACK of a failure repeat that of the INVITE. */
export const via = (branch: string): string =>
  `Via: SIP/2.0/${k('transport')} ${k('local_ip')}:${k('local_port')};rport;branch=z9hG4bK${k('leg')}${k('call_number')}${branch}`;

/** The body of a message, whichever way it is given. */
export const bodyOf = ({ body, sdp }: Content): Pick<x.Message, 'body'> => {
  const given = body ?? (sdp === undefined ? undefined : { type: 'application/sdp', text: sdp });
  return given === undefined ? {} : { body: given };
};

/** An answer to the request received last. */
export const answerTo = (status: number, content: Content, tag: 'as-it-came' | 'ours', user: string): x.Message => ({
  start: `SIP/2.0 ${status} ${phrase(status)}`,
  headers: [...x.answerHeaders(tag), k('last_Record-Route:'), x.contact(user), ...(content.headers ?? [])],
  ...bodyOf(content),
});

const phrases: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  401: 'Unauthorized',
  404: 'Not Found',
  407: 'Proxy Authentication Required',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  503: 'Service Unavailable',
  603: 'Decline',
};
export const phrase = (status: number): string => phrases[status] ?? (status < 300 ? 'OK' : 'Failed');
