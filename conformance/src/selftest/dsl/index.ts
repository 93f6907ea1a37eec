/** What authors of mutants import; see docs/selftest.md. */
export { SipText } from '../wires/sip-text.ts';
export { callback, rest } from './http.ts';
export { mutant } from './mutant.ts';
export { another, gone, ofAnotherType, valueAt } from './pointer.ts';
export { rtcp, rtp } from './rtp.ts';
export { sip } from './sip.ts';
