/** The countries whose tones are known, by ISO 3166-1 code. */
export const tonePlans = ['AU', 'DE', 'DK', 'ES', 'FI', 'FR', 'GB', 'IT', 'NL', 'NO', 'SE', 'US'] as const;
export type TonePlan = (typeof tonePlans)[number];
