/** Action httpcall: the party's RTP goes to a device; callAnswered tells the device where to send its own. */
import { isIpAddress } from '../ip-address.ts';
import { type JsonObject, number, text } from '../json.ts';
import type { Codec } from '../ports/media.ts';
import type { Device } from '../remote/device.ts';
import { answerForDevice, redirectToDevice } from '../remote/leg.ts';
import type { Action } from './action.ts';

const codecs: readonly Codec[] = ['PCMU', 'PCMA', 'GSM'];

/** `codec`, `receiveIp` and `receivePort`; undefined when one of them is missing or none. */
export const deviceOf = (body: JsonObject): Device | undefined => {
  const codec = codecs.find((each) => each === body.codec);
  const address = text(body, 'receiveIp');
  const port = number(body, 'receivePort');
  if (codec === undefined || address === undefined || port === undefined) return undefined;
  const usable = isIpAddress(address) && Number.isInteger(port) && port > 0 && port < 65_536;
  return usable ? { codec, address, port } : undefined;
};

export const httpcall: Action = (turn, participant, answer) => {
  const device = deviceOf(answer);
  if (device === undefined) return { problem: 'action httpcall needs codec, receiveIp and receivePort' };
  if (participant.state === 'confirmed') {
    redirectToDevice(turn, participant, device);
    return undefined;
  }
  if (participant.state !== 'incoming') return { problem: 'the call is being answered already' };
  return answerForDevice(turn, participant, device) ? undefined : { problem: `the call offers no ${device.codec}` };
};
