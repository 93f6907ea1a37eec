import type { Lane, TimelineEntry } from '../../harness/timeline.ts';

/** A lifeline of the ladder. */
interface LaneColumn {
  readonly name: Lane;
  readonly label: string;
  /** For narrow screens. */
  readonly short: string;
  readonly kind: 'sip' | 'target' | 'application' | 'client' | 'suite';
}

/**
 * The lifelines of a timeline from left to right: SIP legs that call, the service, SIP legs that are called, the
 * customer application, the REST client. Lanes that nothing touches are left out.
 */
export function lanesOf(timeline: readonly TimelineEntry[]): LaneColumn[] {
  const callers: Lane[] = [];
  const callees: Lane[] = [];
  const present = new Set<Lane>();
  for (const { from, to, kind } of timeline) {
    if (kind !== 'sip' && kind !== 'rtp' && kind !== 'rest' && kind !== 'callback') continue;
    for (const lane of [from, to]) {
      if (present.has(lane)) continue;
      present.add(lane);
      if (isFixed(lane)) continue;
      // Who speaks first on a leg tells its side, unless the name does.
      if (lane.startsWith('callee') || (!lane.startsWith('caller') && lane === to && kind === 'sip'))
        callees.push(lane);
      else callers.push(lane);
    }
  }
  const fixed = (name: 'target' | 'application' | 'client' | 'suite', label: string, short = label): LaneColumn[] =>
    present.has(name) ? [{ name, label, short, kind: name }] : [];
  const leg = (name: Lane): LaneColumn => ({ name, label: name, short: name, kind: 'sip' });
  return [
    ...callers.toSorted().map(leg),
    ...fixed('target', 'service'),
    ...callees.toSorted().map(leg),
    ...fixed('application', 'application', 'app'),
    ...fixed('client', 'REST client', 'REST'),
    ...fixed('suite', 'suite'),
  ];
}

function isFixed(lane: Lane): boolean {
  return lane === 'target' || lane === 'application' || lane === 'client' || lane === 'suite';
}
