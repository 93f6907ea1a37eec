import { isOfProfile, type Profile } from '@mediaservice/spec';
import { judgeable } from '../catalogue/reason.ts';
import { groupBy } from './groups.ts';
import type { ReportProfile, ReportRequirement, ReportTest } from './model.ts';

/** What is known besides the rows. */
interface Known {
  readonly claimed: ReadonlySet<string>;
  readonly tests: readonly ReportTest[];
  /** Slugs on which the target is judged; undefined: all. */
  readonly judged?: readonly string[] | undefined;
  /** Slugs that only tests name which wait for more than a minute and were not asked for. */
  readonly waiting: ReadonlySet<string>;
}

/** How far the target meets each profile. */
export function profileGroups(
  profiles: readonly Profile[],
  requirements: readonly ReportRequirement[],
  known: Known,
): ReportProfile[] {
  return profiles.map((profile) => {
    const rows = requirements.filter((row) => isOfProfile(profile, row) && (known.judged?.includes(row.slug) ?? true));
    const [sums] = groupBy(rows, known.tests, () => profile.name, [profile.name]);
    if (sums === undefined) throw new Error(`no sums of the profile ${profile.name}`);
    const missing = profile.capabilities.filter((capability) => !known.claimed.has(capability));
    return { ...sums, text: profile.text, missing, state: stateOf(rows, sums.covered, missing, known.waiting) };
  });
}

function stateOf(
  rows: readonly ReportRequirement[],
  covered: number,
  missing: readonly string[],
  waiting: ReadonlySet<string>,
): ReportProfile['state'] {
  if (rows.some(({ verdict }) => verdict === 'fail')) return 'not-conformant';
  if (missing.length > 0) return 'not-claimed';
  const open = rows.filter(({ verdict }) => !['pass', 'warning'].includes(verdict)).filter(judgeable);
  return covered === 0 || open.some(({ slug }) => !waiting.has(slug)) ? 'incomplete' : 'conformant';
}

/** What a target has to claim to be judged on the profiles that were asked for, and does not: a sentence each. */
export function unclaimed(
  profiles: readonly Profile[],
  asked: string | undefined,
  claimed: readonly string[],
): readonly string[] {
  const names = asked?.split(',').map((name) => name.trim()) ?? [];
  return profiles
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, capabilities }) => {
      const missing = capabilities.filter((capability) => !claimed.includes(capability));
      return missing.length === 0 ? [] : [`the profile ${name} needs ${missing.join(', ')}, which is not claimed`];
    });
}
