/**
 * The table of sessions. Each has one queue: an event is worked out to the end, its effects are carried out in order,
 * then comes the next, whoever dispatches while that happens. Operations pass through the same order but answer at once.
 */
import { entryOf, sameEntry } from './books.ts';
import { isWaiting } from './call/waiting.ts';
import { type Carrier, carryOut } from './carry-out.ts';
import type { SessionEvent } from './events.ts';
import { abandon, letGo } from './finish.ts';
import type { SessionId, TraceId } from './ids.ts';
import { operateOn } from './operations/index.ts';
import { callGone, refuse } from './operations/outcome.ts';
import { placement } from './operations/place-ivr-call.ts';
import { remotePlacement } from './operations/place-remote-call.ts';
import { sessionOf } from './operations/target.ts';
import type { SessionHost } from './ports/host.ts';
import type { Operation, OperationOutcome } from './ports/operation.ts';
import type { InboundCall } from './ports/sip.ts';
import type { Ports } from './ports.ts';
import { reduce, type Step, step } from './reduce.ts';
import { newSession, type Session } from './session.ts';
import { newSlot, type Slot } from './slot.ts';
import type { World } from './turn.ts';

export interface SessionHostOptions {
  /** Violations of the API's schema in an application's answer; by default none are looked for. */
  readonly validateAnswer?: World['validateAnswer'];
}

const idsOf = ({ participants, connections, recordings, relays }: Session): readonly string[] => [
  ...[...participants.values()].flatMap(({ id, leg }) => (relays ? [leg] : [id, leg])),
  ...(relays ? [] : connections.keys()),
  ...recordings.keys(),
];

/** What names the session that an event is of. */
const subject = (event: Parameters<SessionHost['dispatch']>[0]): string => {
  if (event.type === 'sip.incoming') return event.call.leg;
  return 'leg' in event ? event.leg : event.type === 'media.recorded' ? event.recording : event.token;
};

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const createSessionHost = (ports: Ports, options: SessionHostOptions = {}): SessionHost => {
  const slots = new Map<SessionId, Slot>();
  /** Sessions by the ids of their legs, participants and connections. */
  const owners = new Map<string, SessionId>();
  /** What becomes of participants between the session that they left and the one that has not taken them yet. */
  const moving = new Map<string, SessionEvent[]>();
  const idle: (() => void)[] = [];
  let draining = false;

  const world = (): World => ({
    now: ports.clock.now(),
    ids: ports.ids,
    node: ports.node,
    validateAnswer: options.validateAnswer ?? (() => []),
  });

  const enqueue = (slot: Slot, event: SessionEvent, timer?: Slot['events'][number]['timer']) => {
    slot.events.push({ event, ...(timer && { timer }) });
    run(slot);
  };
  const carrier: Carrier = {
    ports,
    enqueue,
    passOn: {
      askFor: (asking, { participant, for: whom }) => {
        const { id, domain } = asking.session;
        const owner = owners.get(participant);
        const slot = owner && slots.get(owner);
        if (slot === undefined && ports.elsewhere !== undefined) {
          const asked = { domain: domain.name, participant };
          return ports.elsewhere.find(asked, (where) => {
            if (slots.get(id) !== asking) return;
            if (where === undefined) enqueue(asking, { type: 'handed over', participant: undefined, for: whom });
            else enqueue(asking, { type: 'found elsewhere', participant, where, for: whom });
          });
        }
        // A participant of another domain is none of the application's business, so it is as good as gone.
        if (slot === undefined || slot === asking || slot.session.domain.name !== domain.name) {
          return enqueue(asking, { type: 'handed over', participant: undefined, for: whom });
        }
        enqueue(slot, { type: 'asked for', participant, by: id, for: whom });
      },
      handOver: (from, { participant, to, for: whom }) => {
        const slot = slots.get(to);
        const meanwhile = (participant && moving.get(participant.leg)) ?? [];
        if (participant !== undefined) moving.delete(participant.leg);
        if (slot !== undefined) {
          for (const event of [{ type: 'handed over', participant, for: whom } as const, ...meanwhile])
            enqueue(slot, event);
        } else if (participant !== undefined) from.effects.push(...letGo(participant));
      },
    },
  };

  /** Most steps change nothing of who is there. */
  const enter = (slot: Slot) => {
    const ids = idsOf(slot.session);
    if (ids.length === slot.ids.length && ids.every((id, index) => id === slot.ids[index])) return;
    for (const id of slot.ids) owners.delete(id);
    slot.ids = ids;
    for (const id of ids) owners.set(id, slot.session.id);
  };

  const take = (slot: Slot, next: Step) => {
    if (ports.books && !slot.session.relays && !sameEntry(slot.session, next.session))
      ports.books.changed(entryOf(next.session, ports.node));
    slot.session = next.session;
    enter(slot);
    slot.effects.push(...next.effects);
    for (const effect of next.effects) {
      if (effect.type === 'hand over' && effect.participant !== undefined) moving.set(effect.participant.leg, []);
    }
  };

  /** A defect in the rules must cost one call, not the server: the session is ended as well as can be. */
  const guarded = (slot: Slot, work: () => Step) => {
    try {
      take(slot, work());
    } catch (error) {
      ports.log.error({ sessionId: slot.session.id, err: error }, 'session failed');
      take(slot, abandon(slot.session));
    }
  };

  const reduceNext = (slot: Slot) => {
    for (let next = slot.events.shift(); next !== undefined; next = slot.events.shift()) {
      const { event, timer } = next;
      if (event.type === 'timer') {
        if (slot.timers.get(event.key) !== timer) continue;
        slot.timers.delete(event.key);
      }
      guarded(slot, () => reduce(slot.session, event, world()));
      return;
    }
  };

  const run = (slot: Slot) => {
    if (slot.busy) return;
    slot.busy = true;
    while (slot.effects.length > 0 || slot.events.length > 0) {
      const effect = slot.effects.shift();
      if (effect === undefined) reduceNext(slot);
      else carryOut(carrier, slot, effect);
    }
    slot.busy = false;
    if (slot.session.over && slots.delete(slot.session.id)) retire(slot);
  };

  const retire = (slot: Slot) => {
    for (const timer of slot.timers.values()) timer.cancel();
    slot.timers.clear();
    ports.callbacks.forget(slot.session.id);
    ports.books?.over(slot.session.id);
    ports.log.info({ sessionId: slot.session.id, traceId: slot.session.traceId }, 'session is over');
    if (slots.size === 0) for (const resolve of idle.splice(0)) resolve();
  };

  const open = (session: Session): Slot => {
    const slot = newSlot(session);
    slots.set(session.id, slot);
    return slot;
  };

  const incoming = (call: InboundCall) => {
    const domain = ports.domains.find(call.called.host, call.called.user);
    if (domain === undefined) {
      ports.log.warn({ sipCallId: call.sipCallId, host: call.called.host }, 'no domain for the call');
      return ports.sip.reject(call.leg, 404);
    }
    if (draining) return ports.sip.reject(call.leg, 503);
    const adopted = call.traceId !== undefined && uuid.test(call.traceId) && ports.domains.trusted(call.sourceAddress);
    const traceId = (adopted ? call.traceId : ports.ids.uuid()) as TraceId;
    const cloudUa = ports.domains.isCloudUser(domain.name, call.called.user);
    enqueue(open(newSession({ id: ports.ids.uuid() as SessionId, domain, traceId, cloudUa })), {
      type: 'sip.incoming',
      call,
    });
  };

  const placeIvrCall = ({ domain: name, body }: Operation): OperationOutcome => {
    const domain = ports.domains.get(name);
    if (domain === undefined) return refuse(404, 'unknownDomain', 'There is no such domain.');
    if (draining) return refuse(503, 'draining', 'This node takes no new calls.');
    const traceId = ports.ids.uuid() as TraceId;
    const placed = placement(body, domain, traceId);
    if ('ok' in placed) return placed;
    const { instance, reference, invite, user, maxRingSeconds } = placed;
    const id = ports.ids.uuid() as SessionId;
    enqueue(open(newSession({ id, domain, traceId, instance, reference })), {
      type: 'place',
      invite,
      user,
      maxRingSeconds,
    });
    return { ok: true };
  };

  const placeRemoteCall = ({ domain: name, body }: Operation): OperationOutcome => {
    const domain = ports.domains.get(name);
    if (domain === undefined) return refuse(404, 'unknownDomain', 'There is no such domain.');
    if (draining) return refuse(503, 'draining', 'This node takes no new calls.');
    const traceId = ports.ids.uuid() as TraceId;
    const placed = remotePlacement(body, domain, traceId);
    if ('ok' in placed) return placed;
    const { invite, user, device, baseUrl, reference } = placed;
    const id = ports.ids.uuid() as SessionId;
    const session = newSession({ id, domain, traceId, cloudUa: true, baseUrl, reference });
    enqueue(open(session), { type: 'place remote', invite, user, device });
    return { ok: true };
  };

  return {
    dispatch: (event) => {
      if (event.type === 'sip.incoming') return incoming(event.call);
      const onItsWay = moving.get(subject(event));
      if (onItsWay !== undefined) return void onItsWay.push(event);
      const id =
        event.type === 'callback.result' ? (event.token.split('/')[0] as SessionId) : owners.get(subject(event));
      const slot = id && slots.get(id);
      if (slot) enqueue(slot, event);
    },
    operate: (operation) => {
      const { name, claims, domain } = operation;
      if (name === 'placeIvrCall') return placeIvrCall(operation);
      if (name === 'placeRemoteCall') return placeRemoteCall(operation);
      if (claims !== undefined && claims.domain !== domain) {
        return refuse(403, 'wrongDomain', 'The replyId is of another domain.');
      }
      const session = sessionOf(operation, (id) => (slots.has(id as SessionId) ? (id as SessionId) : owners.get(id)));
      if (typeof session !== 'string') return session;
      const slot = slots.get(session);
      if (slot === undefined) return callGone();
      while (slot.events.length > 0) reduceNext(slot);
      let outcome: OperationOutcome = callGone();
      guarded(slot, () =>
        step(slot.session, world(), (turn) => {
          outcome = operateOn(turn, name, operation);
        }),
      );
      run(slot);
      return outcome;
    },
    waiting: (domain, participant) => {
      const owner = owners.get(participant);
      const session = owner && slots.get(owner)?.session;
      const found = session?.participants.get(participant);
      if (session === undefined || found === undefined || session.domain.name !== domain) return undefined;
      return isWaiting(session, found) ? { user: found.user } : undefined;
    },
    relay: (id, name, call) => {
      const settings = ports.domains.get(name);
      if (settings === undefined) return ports.sip.reject(call.leg, 404);
      const { emergencyFallback: _none, without: _all, ...rest } = settings;
      const domain = { ...rest, entry: 'newCall' } as const;
      const traceId = (call.traceId ?? ports.ids.uuid()) as TraceId;
      enqueue(open(newSession({ id, domain, traceId, relays: true })), { type: 'sip.incoming', call });
    },
    abandon: (session) => {
      const slot = slots.get(session);
      if (slot === undefined) return;
      take(slot, abandon(slot.session));
      run(slot);
    },
    stats: () => {
      const all = [...slots.values()];
      const sum = (count: (slot: Slot) => number) => all.reduce((total, slot) => total + count(slot), 0);
      return {
        sessions: slots.size,
        legs: sum(({ session }) => session.participants.size),
        connections: sum(({ session }) => session.connections.size),
        timers: sum(({ timers }) => timers.size),
      };
    },
    drain: () => {
      draining = true;
      return slots.size === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve));
    },
  };
};
