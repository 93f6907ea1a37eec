/** DTMF in SIP INFO: application/dtmf-relay and application/dtmf (D-DTMF). */
import type { Digit } from '../session/ids.ts';
import type { Message } from './message.ts';

/** Some senders write the event code of RFC 4733 in place of the key. */
const codes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

const key = (text: string | undefined): Digit | undefined => {
  if (text === undefined) return undefined;
  const found = /^\d{2}$/.test(text) ? codes[Number(text)] : text.toUpperCase();
  return found !== undefined && codes.includes(found) ? (found as Digit) : undefined;
};

/** The digit of an INFO; `unsupported` when its body is something else, undefined when it says nothing. */
export const dtmfOf = ({ headers, body }: Message): Digit | 'unsupported' | undefined => {
  const text = Buffer.from(body).toString('latin1').trim();
  const type = headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (text === '') return undefined;
  if (type === 'application/dtmf-relay') {
    return key(/^\s*signal\s*=\s*([\w*#]+)\s*$/im.exec(text)?.[1]);
  }
  return type === 'application/dtmf' ? key(text) : 'unsupported';
};
