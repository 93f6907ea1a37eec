/** A message of drachtio-srf read with our own parser, because the library joins repeated headers with commas. */
import { type BodyPart, type Headers, parseMessage, parseMultipart } from '../sip/message/index.ts';

export interface Message {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Undefined when the text is no SIP message. */
export const readMessage = (raw: string): Message | undefined => {
  const parsed = parseMessage(Buffer.from(raw, 'utf8'));
  return parsed.ok ? parsed.message : undefined;
};

const isSdp = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\s*\/\s*sdp\s*(?:;|$)/i.test(contentType.trim());

/** Whether the body is as it is: no Content-Encoding but identity, which is the only one that is known here. */
export const isPlain = (headers: Headers): boolean =>
  headers.getList('Content-Encoding').every((coding) => coding.toLowerCase() === 'identity');

/** The SDP of a message, alone or as a part of a multipart body; undefined when it has none. */
export const sdpOf = ({ headers, body }: Message): string | undefined => {
  const type = headers.get('Content-Type');
  if (!isPlain(headers)) return undefined;
  const text = (bytes: Uint8Array) => (bytes.length === 0 ? undefined : Buffer.from(bytes).toString('utf8'));
  if (type === undefined || isSdp(type)) return text(body);
  if (!/^multipart\//i.test(type)) return undefined;
  const part = parseMultipart(type, body)?.find(
    (each: BodyPart) => isSdp(each.headers.get('Content-Type')) && isPlain(each.headers),
  );
  return part && text(part.body);
};
