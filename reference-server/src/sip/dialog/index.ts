export type { Dialog } from './dialog.ts';
export * from './types.ts';
