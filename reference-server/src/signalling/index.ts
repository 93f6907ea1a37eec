export { ConnectError } from './connect-error.ts';
export type { ServerAddress } from './server.ts';
export { createSignalling, type Signalling, type SignallingOptions } from './signalling.ts';
