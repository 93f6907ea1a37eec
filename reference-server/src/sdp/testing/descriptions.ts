/** Codecs, descriptions and capabilities that tests of offer and answer share. */
import { answer, type Capabilities, type Codec, parseSdp, type Sdp, serializeSdp } from '../index.ts';

export const codec = (payloadType: number, name: string, clockRate = 8000, fmtp?: string): Codec => ({
  payloadType,
  name,
  clockRate,
  channels: 1,
  ...(fmtp === undefined ? {} : { fmtp }),
});
export const pcmu = codec(0, 'PCMU');
export const pcma = codec(8, 'PCMA');
export const event = codec(101, 'telephone-event', 8000, '0-15');

/** What we can, unless a test says otherwise. */
export const own: Capabilities = {
  codecs: [pcmu, pcma, event],
  address: '10.0.0.1',
  port: 30_000,
  ptime: 20,
  origin: { sessionId: '77', version: '1' },
};

/** A description of the peer with these rows behind its own. */
export function sdp(...rows: string[]): Sdp {
  const result = parseSdp(
    ['v=0', 'o=peer 5 9 IN IP4 10.0.0.2', 's=call', 'c=IN IP4 10.0.0.2', 't=0 0', ...rows].join('\r\n'),
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.sdp;
}

export const rows = (description: Sdp) => serializeSdp(description).trimEnd().split('\r\n');

/** The answer to an offer that there has to be one to. */
export function answered(offered: Sdp, capabilities = own, previous?: Sdp) {
  const result = answer(offered, capabilities, previous);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
