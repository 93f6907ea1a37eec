/** Tables of GSM 06.10, section 5.4. */

/** Quantisation of the log area ratios: factor, offset, least and largest code (table 5.1). */
export const LAR_A = [20480, 20480, 20480, 20480, 13964, 15360, 8534, 9036] as const;
export const LAR_B = [0, 0, 2048, -2560, 94, -1792, -341, -1144] as const;
export const LAR_MIN = [-32, -32, -16, -16, -8, -8, -4, -4] as const;
export const LAR_MAX = [31, 31, 15, 15, 7, 7, 3, 3] as const;
/** Bits of each of the eight. */
export const LAR_BITS = [6, 6, 5, 5, 4, 4, 3, 3] as const;
/** 1/A (table 5.2). */
export const LAR_INVERSE_A = [13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708] as const;
/** Decision and quantisation levels of the long-term gain (table 5.3). */
export const GAIN_LIMITS = [6554, 16384, 26214, 32767] as const;
export const GAINS = [3277, 11469, 21299, 32767] as const;
/** Impulse response of the weighting filter (table 5.4). */
export const WEIGHTS = [-134, -374, 0, 2054, 5741, 8192, 5741, 2054, 0, -374, -134] as const;
/** Inverse mantissa and mantissa (tables 5.5 and 5.6). */
export const INVERSE_MANTISSA = [29128, 26215, 23832, 21846, 20165, 18725, 17476, 16384] as const;
export const MANTISSA = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767] as const;
