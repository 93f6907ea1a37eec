import { mediaPortContract } from './testing/contract.ts';
import { embedded } from './testing/embedded.ts';

// Where the addon is built, the other file runs on it: what is due to it is due to TypeScript, which has lanes on Linux alone.
const relay = process.platform === 'linux' ? 'typescript' : 'auto';
mediaPortContract('embedded engine, two threads, TypeScript', embedded(2, relay));
