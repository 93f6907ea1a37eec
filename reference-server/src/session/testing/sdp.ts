interface Written {
  readonly port?: number;
  /** Payload types. */
  readonly formats?: string;
  /** Attributes of the audio section. */
  readonly attributes?: readonly string[];
}

/** SDP of one audio section that can be read. */
export const testSdp = ({ port = 4_000, formats = '0', attributes = [] }: Written = {}): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.9',
    's=-',
    'c=IN IP4 192.0.2.9',
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats}`,
    ...attributes.map((attribute) => `a=${attribute}`),
    '',
  ].join('\r\n');

/** What both sides write, where it matters that it can be read. */
export const modelSdp = testSdp();
