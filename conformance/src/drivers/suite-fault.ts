/** The suite, or a tool that it uses, broke. Says nothing of the target, and is never held against it. */
export class SuiteFault extends Error {
  override readonly name: string = 'SuiteFault';
}
