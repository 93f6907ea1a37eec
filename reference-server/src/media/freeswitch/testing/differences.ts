/** Tests of the contract that FreeSWITCH does not pass, and why not: docs/engines.md says what follows of it. */
const KEY = 'FreeSWITCH tells a key at its second packet (switch_rtp.c, handle_rfc2833)';
const NOISE = 'FreeSWITCH makes and passes no comfort noise (RFC 3389) that would keep the stream whole';
const PACE =
  'FreeSWITCH reads one packet for each that it writes (switch_rtp.c, rtp_common_read), and these are of another length';

export const differences: Readonly<Record<string, string>> = {
  'tells a key of which one packet comes': KEY,
  'tells a key at its start': KEY,
  'comfort noise fills the pause of a voice that is passed on, until the voice goes on': NOISE,
  'comfort noise fills the pause of a voice that is converted, until the voice goes on': NOISE,
  'a pause is told to a far end that makes its noise itself, of a voice that is passed on': NOISE,
  'a pause is told to a far end that makes its noise itself, of a voice that is converted': NOISE,
  'has the noise of a pause that a far end describes (RFC 3389)': NOISE,
  'takes its time for a far end that asks for 10 ms and sends 20 ms, and hears it': PACE,
  'takes its time for a far end that asks for 30 ms and sends 20 ms, and hears it': PACE,
  'is told goodbye by RTCP': 'FreeSWITCH sends no RTCP BYE',
};
