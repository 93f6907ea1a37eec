/** What a scenario file imports. */
export * as audio from '../drivers/rtp-probe/analysis.ts';
export { keyword } from '../drivers/sipp/escape.ts';
export { body, header, headers } from '../drivers/sipp/message-log.ts';
export { callee, caller } from '../drivers/sipp/scenario.ts';
export { sdp } from '../drivers/sipp/sdp.ts';
export { scenario } from './scenario.ts';
export type { CalleeHandle, CallHandle, TestContext } from './types.ts';
