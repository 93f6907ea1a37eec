import type { ScenarioMeta } from '../harness/types.ts';

/** Which scenarios run; JSON, for it is handed to the worker. Every condition that is there must hold. */
export interface Selection {
  /** Text that stands in id or title, case aside. */
  readonly text?: string;
  /** Areas of scenarios. */
  readonly areas?: readonly string[];
  /** Requirements of which a scenario must name at least one. */
  readonly slugs?: readonly string[];
  /** Ids of scenarios. */
  readonly ids?: readonly string[];
}

/** True when the scenario is to run. */
export function selects(
  selection: Selection,
  meta: Pick<ScenarioMeta, 'id' | 'title' | 'area' | 'requirements'>,
): boolean {
  const { text, areas, slugs, ids } = selection;
  if (ids !== undefined && !ids.includes(meta.id)) return false;
  if (text !== undefined && !`${meta.id} ${meta.title}`.toLowerCase().includes(text.toLowerCase())) return false;
  if (areas !== undefined && !areas.includes(meta.area)) return false;
  return slugs === undefined || meta.requirements.some((slug) => slugs.includes(slug));
}

/** What the user asked for, before it is held against the catalogue. */
export interface Wish {
  readonly filter?: string;
  readonly area?: string;
  readonly requirement?: string;
  readonly level?: string;
}

/** A selection, or the sentence that says what is wrong with the wish. */
type Selecting =
  | { readonly ok: true; readonly selection: Selection }
  | { readonly ok: false; readonly problem: string };

/** Turns a wish into a selection; `area` and `requirement` may be lists with commas. */
export function select(wish: Wish, rows: readonly { readonly slug: string; readonly level: string }[]): Selecting {
  const wanted = list(wish.requirement);
  const unknown = wanted?.filter((slug) => !rows.some((row) => row.slug === slug)) ?? [];
  if (unknown.length > 0) return { ok: false, problem: `There is no requirement ${unknown.join(', ')}` };
  const levels = list(wish.level);
  const known = [...new Set(rows.map(({ level }) => level))];
  const wrong = levels?.filter((level) => !known.includes(level)) ?? [];
  if (wrong.length > 0)
    return { ok: false, problem: `There is no requirement of level ${wrong.join(', ')} but of ${known.join(', ')}` };
  const areas = list(wish.area);
  const slugs =
    wanted === undefined && levels === undefined
      ? undefined
      : rows
          .filter((row) => (wanted?.includes(row.slug) ?? true) && (levels?.includes(row.level) ?? true))
          .map((row) => row.slug);
  const selection = {
    ...(wish.filter === undefined ? {} : { text: wish.filter }),
    ...(areas === undefined ? {} : { areas }),
    ...(slugs === undefined ? {} : { slugs }),
  };
  return { ok: true, selection };
}

/** The requirements of the levels that the user asked for; undefined: no level was named. */
export function slugsOfLevels(
  level: string | undefined,
  rows: readonly { readonly slug: string; readonly level: string }[],
): readonly string[] | undefined {
  const levels = list(level);
  return levels && rows.filter((row) => levels.includes(row.level)).map((row) => row.slug);
}

/** A list with commas between; undefined: nothing stands there. */
export function list(text: string | undefined): readonly string[] | undefined {
  const parts = text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts === undefined || parts.length === 0 ? undefined : parts;
}
