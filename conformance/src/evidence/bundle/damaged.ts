/** A bundle that is not as it was sealed or packed. The message says what is wrong with it, without a full stop. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}
