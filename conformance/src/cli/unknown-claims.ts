import { TargetError } from '../target/types.ts';
import { nearest } from './nearest.ts';

/**
 * A capability that the catalogue does not have cannot be judged, so nobody may claim it.
 * @throws {TargetError} naming it, and what was meant.
 */
export function refuseUnknownClaims(claimed: readonly string[], known: ReadonlySet<string>): void {
  const unknown = claimed.filter((name) => !known.has(name));
  const [first] = unknown;
  if (first === undefined) return;
  const meant = nearest(first, [...known]);
  throw new TargetError(
    `The target claims ${unknown.join(', ')}, which the catalogue does not have.${meant === undefined ? '' : ` Was ${meant} meant?`} Known are ${[...known].join(', ')}.`,
  );
}
