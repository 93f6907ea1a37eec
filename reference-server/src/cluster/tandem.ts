/**
 * Lends a participant who waits here to a session of another node (D-ACTION, connect). That node calls a URI that is good once; the call
 * and the participant are a session of their own, which asks nobody: it connects the two, and ends when either goes.
 */
import { randomUUID } from 'node:crypto';
import type { ParticipantId, SessionId } from '../session/ids.ts';
import type { Json } from '../session/json.ts';
import type { CallbackEvent, CallbackPort } from '../session/ports/callbacks.ts';
import type { SessionHost } from '../session/ports/host.ts';
import type { Elsewhere } from '../session/ports/nodes.ts';
import type { InboundCall } from '../session/ports/sip.ts';
import type { ClockPort } from '../session/ports.ts';

interface TandemOptions {
  readonly clock: ClockPort;
  readonly host: () => Pick<SessionHost, 'waiting' | 'relay'> | undefined;
  /** `host:port` that other nodes reach the SIP of this one at; undefined: they do not. */
  readonly sipAddress: () => string | undefined;
  readonly dispatch: (event: CallbackEvent) => void;
}

export interface Tandem {
  /** Undefined: nobody of the domain waits under that id. */
  lend(domain: string, participant: ParticipantId): Elsewhere | undefined;
  /** True: the call is for somebody who was lent. */
  took(call: InboundCall): boolean;
  /** The port, without the callbacks of those sessions. */
  hush(port: CallbackPort): CallbackPort;
}

/** The other node calls at once. */
const goodForMs = 10_000;

export function createTandem({ clock, host, sipAddress, dispatch }: TandemOptions): Tandem {
  const tickets = new Map<string, { readonly domain: string; readonly participant: ParticipantId; cancel(): void }>();
  const sessions = new Map<SessionId, ParticipantId>();

  const answerTo = (name: string, participant: ParticipantId): Json | undefined => {
    if (name === 'newCall') return { action: 'connect', participantId: participant };
    return name === 'callEvent' ? { action: 'drop' } : undefined;
  };

  return {
    lend(domain, participant) {
      const address = sipAddress();
      const waiting = address === undefined ? undefined : host()?.waiting(domain, participant);
      if (waiting === undefined) return undefined;
      const ticket = randomUUID();
      tickets.set(ticket, { domain, participant, cancel: clock.after(goodForMs, () => tickets.delete(ticket)) });
      return { uri: `sip:${ticket}@${address}`, user: waiting.user };
    },
    took(call) {
      const ticket = tickets.get(call.called.user);
      const relays = host();
      if (ticket === undefined || relays === undefined) return false;
      tickets.delete(call.called.user);
      ticket.cancel();
      const session = randomUUID() as SessionId;
      sessions.set(session, ticket.participant);
      relays.relay(session, ticket.domain, call);
      return true;
    },
    hush: (port) => ({
      send(request) {
        const participant = request.session && sessions.get(request.session);
        if (participant === undefined) return port.send(request);
        const { name, token } = request;
        const result = { ok: true, status: 200, body: answerTo(name, participant) } as const;
        queueMicrotask(() => dispatch({ type: 'callback.result', name, token, result }));
      },
      forget(session) {
        if (!sessions.delete(session)) port.forget(session);
      },
    }),
  };
}
