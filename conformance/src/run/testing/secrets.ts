/** Texts that nobody may find in what a run leaves behind; the digits alone are named in `redact` of the target. */
export const SECRETS = {
  number: '461000000',
  secret: 'opens-all-doors-0815',
  replyId: '4d1e2f3a-9b8c-4d7e-8f60-718293a4b5c6',
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
} as const;
