/** Mutants of the media rows. */
import type { Mutant } from '../types.ts';
import { control } from './media/control.ts';
import { descriptions } from './media/descriptions.ts';
import { noise } from './media/noise.ts';
import { parties } from './media/parties.ts';
import { stream } from './media/stream.ts';

export const media: readonly Mutant[] = [descriptions, stream, control, parties, noise].flat();
