import { type FrozenSet, isOfProfile, meaningOf, type Profile } from '@mediaservice/spec';
import type { RequirementRow } from '../catalogue/row.ts';
import { type Selection, slugsOfLevels } from './selection.ts';

/** Which part of the catalogue a target is judged on. */
export interface PartWish {
  readonly level?: string;
  readonly profile?: string;
  readonly catalogue?: string;
}

/** What there is to choose from. */
export interface Choice {
  readonly rows: readonly RequirementRow[];
  readonly profiles: readonly Profile[];
  /** Versions of the catalogue that were frozen. */
  readonly versions: readonly string[];
  frozen(version: string): FrozenSet;
}

/** Slugs on which the target is judged; undefined: all. Or the sentence that says what is wrong with the wish. */
type Parting =
  | { readonly ok: true; readonly judged: readonly string[] | undefined }
  | { readonly ok: false; readonly problem: string };

/** Holds a wish against what there is. Every condition that is there must hold; levels are checked by `select`. */
export function part(wish: PartWish, choice: Choice): Parting {
  const { rows, profiles, versions } = choice;
  const names = wish.profile?.split(',').map((name) => name.trim());
  const unknown = names?.filter((name) => !profiles.some((profile) => profile.name === name)) ?? [];
  if (unknown.length > 0) {
    const there = profiles.map(({ name }) => name).join(', ');
    return { ok: false, problem: `there is no profile ${unknown.join(', ')}; there are ${there}` };
  }
  if (wish.catalogue !== undefined && !versions.includes(wish.catalogue)) {
    const there = versions.length === 0 ? 'none was frozen yet' : `frozen are ${versions.join(', ')}`;
    return { ok: false, problem: `there is no version ${wish.catalogue} of the catalogue; ${there}` };
  }
  const frozen = wish.catalogue === undefined ? undefined : choice.frozen(wish.catalogue);
  const changed = [...(frozen?.rows ?? [])].filter(
    ([slug, meaning]) => !rows.some((row) => row.slug === slug && meaningOf(row, row.capability) === meaning),
  );
  if (changed.length > 0) {
    const [first = ''] = changed.map(([slug]) => slug);
    return {
      ok: false,
      problem: `this catalogue is not what ${wish.catalogue} was: ${first} is gone or means something else`,
    };
  }
  const levels = slugsOfLevels(wish.level, rows);
  if (names === undefined && frozen === undefined) return { ok: true, judged: levels };
  const wanted = profiles.filter(({ name }) => names?.includes(name));
  const judged = rows
    .filter((row) => names === undefined || wanted.some((profile) => isOfProfile(profile, row)))
    .filter(({ slug }) => (frozen?.rows.has(slug) ?? true) && (levels?.includes(slug) ?? true));
  return { ok: true, judged: judged.map(({ slug }) => slug) };
}

/** Of a selection what belongs to the part: a scenario runs when it names a row that was asked for and is judged. */
export function selectWithin(selection: Selection, judged: readonly string[] | undefined): Selection {
  if (judged === undefined) return selection;
  const { slugs } = selection;
  return { ...selection, slugs: slugs === undefined ? judged : slugs.filter((slug) => judged.includes(slug)) };
}
