/**
 * The far end as FreeSWITCH is told of it. What was agreed with the far end is settled here, as for the embedded engine
 * (RFC 3264), so FreeSWITCH is offered the one codec that is left, and has nothing to choose.
 */
import { isIPv6 } from 'node:net';
import type { Codec, Direction } from '../../session/ports/media.ts';
import type { RemoteStream } from '../messages.ts';

const TYPES: Readonly<Record<Codec, number>> = { PCMU: 0, GSM: 3, PCMA: 8 };
/** Port 9 discards (RFC 863): where a far end is that is not known yet. */
const NOWHERE = { address: '127.0.0.1', port: 9, rtcpPort: 9 };

/**
 * An offer to FreeSWITCH. `version` counts them. `open`: the far end may be sent to. A far end that neither sends nor
 * receives is said to send, and not listened to: FreeSWITCH stands still otherwise, and what it records with it.
 */
export function farEndSdp(remote: RemoteStream, version: number, open: boolean): string {
  const direction: Direction = !open
    ? 'inactive'
    : !remote.send
      ? 'sendonly'
      : remote.receive
        ? 'sendrecv'
        : 'recvonly';
  return describe({ ...remote, version, direction });
}

/** FreeSWITCH that was offered no events once sends none for ever, whatever it is offered later. */
const EVENTS = 101;

/** An offer to FreeSWITCH while the far end has not been heard of. */
export const nobodySdp = (codec: Codec): string =>
  describe({
    ...{ ...NOWHERE, codec, payloadType: TYPES[codec], ptime: 20, telephoneEvent: EVENTS },
    ...{ version: 1, direction: 'inactive' },
  });

type Described = Pick<
  RemoteStream,
  'address' | 'port' | 'rtcpPort' | 'codec' | 'payloadType' | 'ptime' | 'telephoneEvent'
> & {
  readonly version: number;
  readonly direction: Direction;
};

function describe(far: Described): string {
  const { address, port, rtcpPort, codec, payloadType, ptime, telephoneEvent, version, direction } = far;
  const where = `IN ${isIPv6(address) ? 'IP6' : 'IP4'} ${address}`;
  return [
    'v=0',
    `o=- 1 ${version} ${where}`,
    's=-',
    `c=${where}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${[payloadType, ...(telephoneEvent === undefined ? [] : [telephoneEvent])].join(' ')}`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    ...(telephoneEvent === undefined
      ? []
      : [`a=rtpmap:${telephoneEvent} telephone-event/8000`, `a=fmtp:${telephoneEvent} 0-15`]),
    `a=rtcp:${rtcpPort}`,
    `a=ptime:${ptime}`,
    `a=${direction}`,
    '',
  ].join('\r\n');
}
