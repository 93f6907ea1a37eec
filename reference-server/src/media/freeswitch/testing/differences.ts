/** Tests of the contract that FreeSWITCH does not pass, and why not: docs/engines.md says what follows of it. */
export const differences: Readonly<Record<string, string>> = {};
