/** What both sides write, where it matters that it can be read. */
export const modelSdp = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 0',
  '',
].join('\r\n');
