/** One session in the host: its state, its queue, its timers, and the effects still to be carried out. */
import type { Effect, SessionEvent, TimerKey } from './events.ts';
import type { Session } from './session.ts';

export interface Timer {
  readonly cancel: () => void;
}

export interface Slot {
  session: Session;
  /** `timer` names the entry an event came from: it is void once that entry is cleared or set again. */
  readonly events: { readonly event: SessionEvent; readonly timer?: Timer }[];
  readonly effects: Effect[];
  readonly timers: Map<TimerKey, Timer>;
  busy: boolean;
  /** Of its participants, their legs, connections and recordings, as the host has them on its books. */
  ids: readonly string[];
}

export const newSlot = (session: Session): Slot => ({
  session,
  events: [],
  effects: [],
  timers: new Map(),
  busy: false,
  ids: [],
});
