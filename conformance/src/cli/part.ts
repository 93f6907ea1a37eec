import { frozenVersions, loadFrozen, loadProfiles } from '@mediaservice/spec';
import type { RequirementRow } from '../catalogue/row.ts';
import { type PartWish, part } from '../run/part.ts';
import { SettingsError } from './settings-error.ts';

/**
 * Slugs on which the target is judged; undefined: all.
 * @throws {SettingsError} for a profile or a version that there is not.
 */
export function judgedSlugs(wish: PartWish, rows: readonly RequirementRow[]): readonly string[] | undefined {
  const parting = part(wish, {
    rows,
    profiles: loadProfiles(),
    versions: frozenVersions(),
    frozen: (version) => loadFrozen(version),
  });
  if (parting.ok) return parting.judged;
  throw new SettingsError('bad-selection', `${parting.problem[0]?.toUpperCase()}${parting.problem.slice(1)}.`);
}
