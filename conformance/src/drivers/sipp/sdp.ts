import { keyword } from './escape.ts';

/** An audio description whose address and port are those of the leg's RTP probe. */
interface SdpOptions {
  /** In order of preference. Default PCMU. */
  readonly codecs?: readonly ('PCMU' | 'PCMA' | 'GSM')[];
  /** Payload type of telephone-event; `none` leaves it out. Default 101. */
  readonly eventType?: number | 'none';
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** `o=` version; rises with each new description of a dialog. Default 1. */
  readonly version?: number;
  readonly ptime?: number;
  /** Instead of the probe's. */
  readonly address?: string;
  readonly port?: number;
  /** Further lines at the end of the audio section. */
  readonly lines?: readonly string[];
}

const payloadTypes = { PCMU: 0, GSM: 3, PCMA: 8 } as const;

/** RFC 4566 text with RFC 3551 payload types, for `body` of a step. */
export function sdp(options: SdpOptions = {}): string {
  const codecs = options.codecs ?? ['PCMU'];
  const event = options.eventType ?? 101;
  const address = options.address ?? keyword('rtp_ip');
  const formats = [...codecs.map((codec) => payloadTypes[codec]), ...(event === 'none' ? [] : [event])];
  return [
    'v=0',
    `o=- 1 ${options.version ?? 1} IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${options.port ?? keyword('rtp_port')} RTP/AVP ${formats.join(' ')}`,
    ...codecs.map((codec) => `a=rtpmap:${payloadTypes[codec]} ${codec}/8000`),
    ...(event === 'none' ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`]),
    `a=ptime:${options.ptime ?? 20}`,
    `a=${options.direction ?? 'sendrecv'}`,
    ...(options.lines ?? []),
    '',
  ].join('\n');
}
