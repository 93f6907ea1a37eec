import { RanOut } from '../../drivers/ran-out.ts';
import { SuiteFault } from '../../drivers/suite-fault.ts';

/** What went another way than the record says: nothing that follows says anything of the target. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/** An error of the record, of the kind that it was: which kind decides who is blamed. */
export function errorNamed(name: string, message: string, has: Readonly<Record<string, unknown>>): Error {
  switch (name) {
    case 'RanOut':
      return new RanOut(
        message,
        typeof has.limitMs === 'number' ? has.limitMs : 0,
        typeof has.bearsMs === 'number' ? has.bearsMs : undefined,
      );
    case 'SuiteFault':
    case 'SippUnavailable':
      return new SuiteFault(message);
    case 'TypeError':
      return new TypeError(message);
    case 'RangeError':
      return new RangeError(message);
    case 'ReferenceError':
      return new ReferenceError(message);
    case 'SyntaxError':
      return new SyntaxError(message);
    default:
      return Object.assign(new Error(message), { name, ...has });
  }
}
