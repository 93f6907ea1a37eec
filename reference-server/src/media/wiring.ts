/** Who hears whom. Every change is told to the threads as a whole: all listeners of a leg, all that a leg hears. */
import type { Leg, Tap } from './leg.ts';
import type { ListenerAddress, ToThread } from './messages.ts';

export class Wiring {
  readonly #send: (leg: Leg, message: ToThread) => void;

  constructor(send: (leg: Leg, message: ToThread) => void) {
    this.#send = send;
  }

  /** Both hear each other, and nobody else whom they were joined with before. */
  join(one: Leg, other: Leg): void {
    if (one.peer === other) return;
    for (const leg of [one, other]) this.part(leg);
    one.peer = other;
    other.peer = one;
    this.#tell(one);
    this.#tell(other);
  }

  part(leg: Leg): void {
    const { peer } = leg;
    if (peer === undefined) return;
    leg.peer = undefined;
    peer.peer = undefined;
    this.#tell(leg);
    this.#tell(peer);
  }

  /** `monitor` hears these legs from now on. */
  listen(monitor: Leg, to: readonly Leg[]): void {
    const before = monitor.listensTo;
    if (before.size === 0 && to.length === 0) return;
    monitor.listensTo = new Set(to);
    monitor.listensTo.delete(monitor);
    for (const leg of before) leg.monitors.delete(monitor);
    for (const leg of monitor.listensTo) leg.monitors.add(monitor);
    for (const leg of new Set([...before, ...monitor.listensTo])) this.#tellListeners(leg);
    this.#tell(monitor);
  }

  record(tap: Tap): void {
    for (const leg of [tap.left, tap.right]) {
      leg.taps.add(tap);
      this.#tellListeners(leg);
    }
  }

  unrecord(tap: Tap): void {
    for (const leg of [tap.left, tap.right]) if (leg.taps.delete(tap)) this.#tellListeners(leg);
  }

  /** The leg is going: nobody hears it, and it hears nobody. */
  clear(leg: Leg): void {
    this.part(leg);
    this.listen(leg, []);
    for (const monitor of [...leg.monitors]) {
      this.listen(
        monitor,
        [...monitor.listensTo].filter((each) => each !== leg),
      );
    }
  }

  #tell(leg: Leg): void {
    this.#tellListeners(leg);
    const heard = new Set([...(leg.peer === undefined ? [] : [leg.peer]), ...leg.listensTo]);
    this.#send(leg, {
      type: 'hear',
      endpoint: leg.endpoint,
      legs: [...heard].map(({ endpoint }) => endpoint),
      keys: leg.peer !== undefined,
    });
  }

  #tellListeners(leg: Leg): void {
    const legs = new Set([...(leg.peer === undefined ? [] : [leg.peer]), ...leg.monitors]);
    const listeners: ListenerAddress[] = [...legs].map(({ thread, endpoint }) => ({ thread, to: endpoint }));
    for (const { thread, recorder } of leg.taps) listeners.push({ thread, to: recorder });
    this.#send(leg, { type: 'listeners', endpoint: leg.endpoint, listeners });
  }
}
