/** The body of messages that have none: one for all, since thousands of them are kept. */
export const noBody: Uint8Array = new Uint8Array(0);
