/** What the load program is told: one far end a line (see c/load.c). */

export interface FarEnd {
  /** Port on 127.0.0.1 that it sends to; 0 sends straight to the far end that hears it. */
  readonly port: number;
  /** RTP payload type, of what it sends and of what it expects. */
  readonly payloadType: number;
  /** Payload of a packet of 20 ms in bytes. */
  readonly bytes: number;
  readonly talks: boolean;
  /** Index of the far end whose very packets it should get; undefined when the other side makes packets of its own. */
  readonly from: number | undefined;
}

export type Law = 'PCMU' | 'PCMA' | 'GSM';
export const PAYLOAD: Readonly<Record<Law, { readonly payloadType: number; readonly bytes: number }>> = {
  PCMU: { payloadType: 0, bytes: 160 },
  GSM: { payloadType: 3, bytes: 33 },
  PCMA: { payloadType: 8, bytes: 160 },
};

/** Packets a second that a far end sends and gets. */
export const RATE = 50;

/** Far ends in pairs that hear each other's packets. */
export function bridged(ports: readonly number[]): FarEnd[] {
  return ports.map((port, index) => ({ port, ...PAYLOAD.PCMU, talks: true, from: index ^ 1 }));
}

/** Far ends in pairs with codecs of their own: what is transcoded is not the other's packet any more. */
export function twoEach(codecs: readonly [Law, Law], ports: readonly number[]): FarEnd[] {
  if (codecs[0] === codecs[1] && codecs[0] === 'PCMU') return bridged(ports);
  return ports.map((port, index) => ({
    port,
    ...PAYLOAD[codecs[index % 2 === 0 ? 0 : 1]],
    talks: true,
    from: undefined,
  }));
}

/** No relay in between: what the load program and the kernel do by themselves. */
export function direct(calls: number): FarEnd[] {
  return bridged(Array.from({ length: 2 * calls }, () => 0));
}

export function writePlan(ends: readonly FarEnd[]): string {
  return ends
    .map(
      ({ port, payloadType, bytes, talks, from }) => `${port} ${payloadType} ${bytes} ${Number(talks)} ${from ?? -1}\n`,
    )
    .join('');
}

/** Address of a far end. 65,536 of them lie in 127.16.0.0/16. */
export function addressOf(index: number): string {
  return `127.16.${index >> 8}.${index & 255}`;
}

/** The description a far end would send: its address, RTCP on the next port, keys as events. */
export function offerOf(index: number, port: number, codec: Law = 'PCMU'): string {
  const { payloadType } = PAYLOAD[codec];
  return [
    'v=0',
    `o=- ${index + 1} 1 IN IP4 ${addressOf(index)}`,
    's=-',
    `c=IN IP4 ${addressOf(index)}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${payloadType} 101`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');
}

/** Port of the first audio stream; undefined when there is none. */
export function portOf(sdp: string): number | undefined {
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0);
  return port === 0 ? undefined : port;
}
