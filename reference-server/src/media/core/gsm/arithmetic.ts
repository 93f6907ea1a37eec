/** The 16-bit arithmetic that GSM 06.10 (ETSI EN 300 961) is defined in, section 5.1: everything saturates, products are fractions. */

export function saturate(value: number): number {
  return Math.max(-32768, Math.min(32767, value));
}

export function add(a: number, b: number): number {
  return saturate(a + b);
}

export function sub(a: number, b: number): number {
  return saturate(a - b);
}

export function abs(a: number): number {
  return a === -32768 ? 32767 : Math.abs(a);
}

/** Fraction product, cut. */
export function mult(a: number, b: number): number {
  return a === -32768 && b === -32768 ? 32767 : (a * b) >> 15;
}

/** Fraction product, rounded. */
export function multR(a: number, b: number): number {
  return a === -32768 && b === -32768 ? 32767 : (a * b + 16_384) >> 15;
}

/** Quotient of fractions, 0 ≤ `numerator` ≤ `denominator`, 15 bits long. */
export function div(numerator: number, denominator: number): number {
  return numerator === denominator ? 32767 : Math.floor((numerator * 32768) / denominator);
}

/** How far a positive 32-bit number can be shifted left until it uses all bits but the sign. */
export function norm(value: number): number {
  if (value < 0) return value <= -1073741824 ? 0 : Math.clz32(~value) - 1;
  return Math.clz32(value) - 1;
}
