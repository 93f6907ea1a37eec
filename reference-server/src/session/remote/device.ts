/**
 * A device that handles its own RTP: the service signals for it and never sees a packet (D-CUA, action httpcall). Its side of
 * the SDP is made here, the far end's is read.
 */
import {
  type AnswerResult,
  answer,
  audioOf,
  offer,
  parseSdp,
  type Sdp,
  type Codec as SdpCodec,
  serializeSdp,
  settle,
} from '../../sdp/index.ts';
import type { Codec } from '../ports/media.ts';

export interface Device {
  readonly codec: Codec;
  /** Where the far end shall send RTP. */
  readonly address: string;
  readonly port: number;
}

/** What the device needs to know of the far end. */
export interface FarEnd {
  readonly codec: Codec;
  readonly address: string;
  readonly port: number;
}

interface Agreed {
  readonly sdp: string;
  readonly far: FarEnd;
}

/** Static payload types of RFC 3551. */
const codecs: Readonly<Record<Codec, SdpCodec>> = {
  PCMU: { payloadType: 0, name: 'PCMU', clockRate: 8_000, channels: 1 },
  PCMA: { payloadType: 8, name: 'PCMA', clockRate: 8_000, channels: 1 },
  GSM: { payloadType: 3, name: 'GSM', clockRate: 8_000, channels: 1 },
};

const codecOf = ({ name }: SdpCodec): Codec | undefined =>
  (['PCMU', 'PCMA', 'GSM'] as const).find((known) => known === name.toUpperCase());

const capabilities = ({ codec, address, port }: Device, sessionId: string) => ({
  codecs: [codecs[codec]],
  address,
  port,
  origin: { sessionId, version: '1' },
});

const read = (text: string | undefined): Sdp | undefined => {
  const parsed = parseSdp(text ?? '');
  return parsed.ok ? parsed.sdp : undefined;
};

const agreed = (result: AnswerResult, sdp: string | undefined): Agreed | undefined => {
  if (!result.ok) return undefined;
  const codec = codecOf(result.codec);
  const { address, port } = result.remote;
  return codec && { sdp: sdp ?? serializeSdp(result.sdp), far: { codec, address, port } };
};

/** Our offer in the device's name. `sessionId` is the number of the o= line. */
export const deviceOffer = (device: Device, sessionId: string, previous?: string): string =>
  serializeSdp(offer(capabilities(device, sessionId), read(previous)));

/** The answer in the device's name; undefined when the offer cannot be read or lacks its codec. */
export const deviceAnswer = (
  device: Device,
  sessionId: string,
  offered: string,
  previous?: string,
): Agreed | undefined => {
  const sdp = read(offered);
  return sdp && agreed(answer(sdp, capabilities(device, sessionId), read(previous)), undefined);
};

/** What the far end answered to our offer; undefined when it cannot be used. */
export const settled = (offered: string, answered: string): Agreed | undefined => {
  const [own, theirs] = [read(offered), read(answered)];
  return own && theirs && agreed(settle(own, theirs), offered);
};

/** Where the far end of an offer wants RTP, and the first codec of it that a device may have. */
export const farEndOf = (offered: string): FarEnd | undefined => {
  const sdp = read(offered);
  const view = sdp && audioOf(sdp);
  const codec = view?.codecs.map(codecOf).find((each) => each !== undefined);
  return view && codec && { codec, address: view.address, port: view.port };
};
