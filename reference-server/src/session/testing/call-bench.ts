/** The bench with a call of two parties on it: the caller came in, the callee is dialled by the answer to newCall. */

import type { SessionHostOptions } from '../host.ts';
import type { CallId, LegId, ParticipantId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { InboundCall, OutboundInvite } from '../ports/sip.ts';
import { type Bench, createBench, inboundCall } from './bench.ts';

export const caller = 'leg-in' as LegId;
export const dest = 'sip:bob@callee.example';

export interface CallBench extends Bench {
  /** The leg that was opened last, besides the caller's. */
  readonly callee: () => LegId;
  readonly opened: (leg: LegId, sdp?: string) => void;
  readonly answered: (leg: LegId, patch?: { readonly sdp?: string; readonly expires?: number }) => void;
  /** Commands to one leg as `port.call`, oldest first. */
  readonly toldTo: (leg: LegId) => readonly string[];
  /** Arguments of the last such command to the leg. */
  readonly args: (leg: LegId, call: string) => readonly unknown[];
  readonly invite: () => OutboundInvite;
}

export interface CallOptions {
  readonly call?: Partial<InboundCall>;
  readonly settings?: Partial<DomainSettings>;
  readonly options?: SessionHostOptions;
}

export const callBench = ({ settings = {}, options = {} }: CallOptions = {}): CallBench => {
  const bench = createBench(settings, options);
  const { commands } = bench.ports;
  const opened = (leg: LegId, sdp = `${leg} sdp`) => {
    bench.dispatch({ type: 'media.opened', leg, sdp });
  };
  return {
    ...bench,
    callee: () => commands.findLast(({ call, leg }) => call === 'open' && leg !== caller)?.leg as LegId,
    opened,
    answered: (leg, patch = { sdp: 'their answer' }) => {
      bench.dispatch({ type: 'sip.answered', leg, sipCallId: `call-${leg}` as CallId, ...patch });
    },
    toldTo: (leg) => commands.filter((command) => command.leg === leg).map(({ port, call }) => `${port}.${call}`),
    args: (leg, call) => commands.findLast((command) => command.leg === leg && command.call === call)?.args ?? [],
    invite: () => {
      const invite = bench.ports.invites.at(-1);
      if (invite === undefined) throw new Error('no INVITE was sent');
      return invite;
    },
  };
};

/** Up to the INVITE to the callee. */
export const dialling = (answer: Readonly<Record<string, Json>> = {}, options: CallOptions = {}): CallBench => {
  const bench = callBench(options);
  bench.dispatch({ type: 'sip.incoming', call: inboundCall(options.call) });
  bench.answer('newCall', { action: 'call', destAddr: dest, ...answer });
  if (bench.toldTo(caller).includes('media.open')) bench.opened(caller);
  bench.opened(bench.callee());
  return bench;
};

export interface Talk extends CallBench {
  readonly ids: { readonly caller: ParticipantId; readonly callee: ParticipantId; readonly connection: string };
  readonly replyId: string;
  /** Leg of the callee. */
  readonly far: LegId;
}

/** Up to callAnswered, which is answered. */
export const talking = (answer: Readonly<Record<string, Json>> = {}, options: CallOptions = {}): Talk => {
  const bench = dialling(answer, options);
  const far = bench.callee();
  bench.answered(far);
  bench.dispatch({ type: 'sip.confirmed', leg: caller });
  const { body } = bench.answer('callAnswered');
  const ids = {
    caller: body.callerParticipantId as ParticipantId,
    callee: body.calleeParticipantId as ParticipantId,
    connection: String(body.connectionId),
  };
  return { ...bench, ids, far, replyId: String(body.replyId) };
};

export const nothingLeft = { sessions: 0, legs: 0, connections: 0, timers: 0 };
