/** Several FreeSWITCHes as one: who takes the next call. */
import { type Channel, type ChannelEvents, RefusedError, type Switch } from './channel.ts';

export class Fleet {
  readonly #switches: readonly Switch[];
  /** Calls under way on each. */
  readonly #load = new Map<Switch, number>();

  constructor(switches: readonly Switch[]) {
    this.#switches = switches;
  }

  get up(): number {
    return this.#switches.filter(({ standing }) => standing === 'up').length;
  }

  /**
   * Opens a channel where the fewest are, or, since channels hear each other within one FreeSWITCH, on `near`, which need
   * not take new calls for that. Rejects with the last refusal when none takes it.
   */
  async open(
    sdp: string,
    eventsOf: (on: Switch) => ChannelEvents,
    near?: Switch,
  ): Promise<{ readonly on: Switch; readonly channel: Channel }> {
    let refused: unknown = new RefusedError('no FreeSWITCH takes calls');
    for (const on of near === undefined ? this.#inOrder() : [near]) {
      this.#count(on, 1);
      try {
        return { on, channel: await on.open(sdp, eventsOf(on)) };
      } catch (error) {
        this.#count(on, -1);
        if (!(error instanceof RefusedError)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  /** A channel of it is gone. */
  released(on: Switch): void {
    this.#count(on, -1);
  }

  async close(): Promise<void> {
    await Promise.all(this.#switches.map((each) => each.close()));
  }

  #inOrder(): Switch[] {
    const load = (each: Switch): number => this.#load.get(each) ?? 0;
    return this.#switches.filter(({ standing }) => standing === 'up').toSorted((a, b) => load(a) - load(b));
  }

  #count(on: Switch, by: number): void {
    this.#load.set(on, (this.#load.get(on) ?? 0) + by);
  }
}
