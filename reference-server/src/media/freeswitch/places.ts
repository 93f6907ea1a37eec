/**
 * Where each channel is: with its partner, with whom it listens to, hearing itself, or parked. What is wanted is written
 * down at once; the channel follows, one step after the other, and each step looks at what is wanted by then.
 */
import type { LogPort } from '../../session/ports.ts';
import type { Leg, Place } from './leg.ts';

const PARKED: Place = { in: 'park' };

export class Places {
  readonly #log: LogPort;

  constructor(log: LogPort) {
    this.#log = log;
  }

  /** Something else is wanted of this leg. Resolves when it is so. */
  arrange(leg: Leg): Promise<void> {
    const locked = involved(leg);
    const step = Promise.all(locked.map(({ turn }) => turn)).then(() => this.#step(leg, locked));
    for (const each of locked) each.turn = step;
    return step;
  }

  async #step(leg: Leg, locked: readonly Leg[]): Promise<void> {
    // Whoever has come into it since has to be waited for, too; behind this step, since that is what is being waited for.
    if (involved(leg).some((each) => !locked.includes(each))) {
      void this.arrange(leg);
      return;
    }
    const want = wanted(leg);
    if (same(leg.place, want)) return;
    try {
      await this.#leave(leg);
      if ('with' in want && want.in === 'bridge') await this.#leave(want.with);
      await this.#enter(leg, want);
    } catch (error) {
      this.#log.error({ leg: leg.id, want: want.in, error: String(error) }, 'FreeSWITCH does not connect the leg');
    }
  }

  async #leave(leg: Leg): Promise<void> {
    const { place, channel } = leg;
    leg.place = PARKED;
    if (place.in === 'park' || channel === undefined) return;
    if (place.in !== 'bridge') return channel.park(false);
    const other = place.with;
    other.place = PARKED;
    const parked = other.channel?.parked();
    await channel.park(true);
    await parked;
  }

  async #enter(leg: Leg, want: Place): Promise<void> {
    const { channel } = leg;
    if (channel === undefined || want.in === 'park') return;
    if (want.in === 'bridge') {
      const { uuid } = want.with.channel ?? {};
      const bridged = channel.bridged();
      await channel.command(`uuid_bridge ${channel.uuid} ${uuid}`);
      leg.place = want;
      want.with.place = { in: 'bridge', with: leg };
      // It is on its way there: who takes it out before it has come has FreeSWITCH hang up.
      return bridged;
    }
    leg.place = want;
    const [application, argument] =
      want.in === 'eavesdrop' ? ['eavesdrop', want.with.channel?.uuid ?? ''] : ['echo', ''];
    // It is over when it was left, or when whom it listens to has gone.
    void channel
      .run(application, argument)
      .catch(() => undefined)
      .then(() => {
        if (leg.place !== want) return;
        leg.place = PARKED;
        if (!leg.closed) void this.arrange(leg);
      });
  }
}

/** A leg that is closing is taken out of everything. */
const usable = (leg: Leg): boolean => leg.channel !== undefined && !leg.closed;

function wanted(leg: Leg): Place {
  if (!usable(leg)) return PARKED;
  if (leg.peer !== undefined) return usable(leg.peer) ? { in: 'bridge', with: leg.peer } : PARKED;
  const heard = leg.listensTo.find(usable);
  if (heard !== undefined) return { in: 'eavesdrop', with: heard };
  return { in: leg.echoes ? 'echo' : 'park' };
}

/** Whose places a step for this leg may change. */
function involved(leg: Leg): readonly Leg[] {
  const legs = new Set([leg]);
  const add = (other: Leg | undefined): void => {
    if (other === undefined) return;
    legs.add(other);
    if ('with' in other.place && other.place.in === 'bridge') legs.add(other.place.with);
  };
  add(leg.peer);
  if ('with' in leg.place && leg.place.in === 'bridge') add(leg.place.with);
  return [...legs];
}

const same = (a: Place, b: Place): boolean => a.in === b.in && ('with' in a ? 'with' in b && a.with === b.with : true);
