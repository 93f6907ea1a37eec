/** A file of the contracts in `spec/pacts`: pacts of specification 4 for both directions. */
export const pactUrl = (name: string): URL => new URL(`../pacts/${name}`, import.meta.url);
