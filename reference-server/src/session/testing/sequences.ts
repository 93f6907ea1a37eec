/** What the generated sequences of all models share. */
import { operationIds } from '@mediaservice/spec';
import fc from 'fast-check';

/** Operations on a session that is there already; the others begin one. */
export const sessionOperations = operationIds.filter((name) => !name.startsWith('place'));

interface Sequences<Move> {
  /** How it goes when nothing comes between; a sequence starts somewhere on the way. */
  readonly way: readonly Move[];
  readonly moves: fc.Arbitrary<Move[]>;
  /** 0 to this, drawn for each sequence. */
  readonly variants: number;
  readonly numRuns: number;
  readonly seed: number;
}

/** Plays sequences until one throws; the report names the seed and the shortest sequence that still does. */
export const playSequences = <Move extends { readonly name: string }>(
  { way, moves, variants, numRuns, seed }: Sequences<Move>,
  play: (path: readonly Move[], variant: number) => void,
): { readonly failed: boolean; readonly report: string } => {
  const check = fc.check(
    fc.property(fc.nat(way.length), moves, fc.nat(variants), (started, sequence, variant) =>
      play([...way.slice(0, started), ...sequence], variant),
    ),
    { numRuns, seed },
  );
  const [started = 0, sequence = []] = check.counterexample ?? [];
  const path = [...way.slice(0, started), ...sequence].map(({ name }) => name);
  const error = check.errorInstance instanceof Error ? check.errorInstance.stack : String(check.errorInstance);
  return { failed: check.failed, report: `seed ${check.seed}, shortest sequence:\n${path.join('\n')}\n${error}` };
};
