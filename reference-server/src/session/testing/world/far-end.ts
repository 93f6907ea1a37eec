/** What the far ends of the legs do, each only what its leg is in a state for. */
import type { CallId, Digit } from '../../ids.ts';
import type { SipEvent } from '../../ports/sip.ts';
import { inboundCall } from '../bench.ts';
import { modelSdp } from '../sdp.ts';
import { arrive, over, type Wire } from './wire.ts';
import type { Move, World } from './world.ts';

/** Moves of one leg by name: whether it may happen now, and what does. */
interface LegMove {
  readonly may: (wire: Wire) => boolean;
  readonly run: (world: World, wire: Wire) => void;
}

const talking = ({ sip }: Wire): boolean => sip === 'confirmed';
const there = ({ sip }: Wire): boolean => sip === 'confirmed' || sip === 'answered';
const ringing = ({ sip }: Wire): boolean => sip === 'calling';
const pending = ({ sip }: Wire): boolean => sip === 'calling' || sip === 'cancelling';

const ends =
  (event: (wire: Wire) => SipEvent, fact: string): LegMove['run'] =>
  (world, wire) => {
    over(wire, world.busy());
    world.facts.add(fact);
    world.dispatch(event(wire));
  };

const ended = (cause: 'bye' | 'sessionExpired' | 'failure') =>
  ends(({ id: leg }) => ({ type: 'sip.ended', leg, cause }), cause);

const refused = (status: number): LegMove => ({
  may: pending,
  run: ends(
    ({ id: leg }) => ({ type: 'sip.failed', leg, status, reason: 'x' }),
    status === 408 ? 'no answer' : 'refused',
  ),
});

const answers = (sdp: string | undefined): LegMove => ({
  may: ringing,
  run: (world, wire) => {
    wire.sip = 'confirmed';
    wire.loose ||= world.busy();
    world.facts.add('answered');
    world.dispatch({
      type: 'sip.answered',
      leg: wire.id,
      sipCallId: `call-${wire.id}` as CallId,
      ...(sdp !== undefined && { sdp }),
      expires: 1800,
    });
  },
});

const progress = (status: 180 | 183, sdp?: string): LegMove => ({
  may: ringing,
  run: (world, { id: leg }) =>
    world.dispatch({ type: 'sip.progress', leg, status, sipCallId: 'c' as CallId, ...(sdp !== undefined && { sdp }) }),
});

let serial = 0;
const offers = (method: 'reInvite' | 'update', sdp: string | undefined): LegMove => ({
  // The port refuses an offer that crosses ours, and the second of two.
  may: (wire) => talking(wire) && wire.offers.size === 0 && !(wire.reoffering && method === 'reInvite'),
  run: (world, wire) => {
    serial += 1;
    const offerId = `${sdp === undefined && method === 'reInvite' ? 'late' : 'offer'}-${serial}`;
    wire.offers.add(offerId);
    world.dispatch({ type: 'sip.offered', leg: wire.id, offerId, method, ...(sdp !== undefined && { sdp }) });
  },
});

const reoffered = (status: number, sdp?: string): LegMove => ({
  may: (wire) => talking(wire) && wire.reoffering,
  run: (world, wire) => {
    wire.reoffering = false;
    wire.refused = status >= 300 || sdp === undefined;
    if (!wire.refused) wire.told = wire.telling;
    world.dispatch({ type: 'sip.reoffered', leg: wire.id, status, ...(sdp !== undefined && { sdp }) });
  },
});

/** With the answer only where an offer of ours is out. */
const acknowledges = (sdp: string | undefined): LegMove => ({
  may: (wire) => wire.sip === 'answered' || (talking(wire) && wire.awaitsAnswer),
  run: (world, wire) => {
    const due = wire.sip === 'answered' ? !wire.offered : wire.awaitsAnswer;
    wire.sip = 'confirmed';
    wire.awaitsAnswer = false;
    // The answer takes the stream up again, unless our own offer said otherwise.
    if (due && sdp !== undefined && wire.told === 'sendrecv') wire.direction = 'sendrecv';
    world.facts.add('answered');
    world.dispatch({ type: 'sip.confirmed', leg: wire.id, ...(due && sdp !== undefined && { sdp }), expires: 1800 });
  },
});

export const farEndMoves: Readonly<Record<string, LegMove>> = {
  180: progress(180),
  183: progress(183),
  '183 with SDP': progress(183, modelSdp),
  '183 of another fork': progress(183, modelSdp.replace('4000', '4002')),
  200: answers(modelSdp),
  '200 without SDP': answers(undefined),
  408: refused(408),
  486: refused(486),
  503: refused(503),
  487: { ...refused(487), may: ({ sip }) => sip === 'cancelling' },
  'no CANCEL answer': {
    may: ({ sip }) => sip === 'cancelling',
    run: ends(({ id: leg }) => ({ type: 'sip.cancelFailed', leg }), 'no CANCEL answer'),
  },
  CANCEL: {
    may: ({ sip }) => sip === 'invited',
    run: ends(({ id: leg }) => ({ type: 'sip.cancelled', leg }), 'CANCEL'),
  },
  // The port tells one that crosses our 200 as a CANCEL.
  'CANCEL against 200': {
    may: ({ sip }) => sip === 'answered',
    run: ends(({ id: leg }) => ({ type: 'sip.cancelled', leg }), 'CANCEL'),
  },
  ACK: acknowledges(modelSdp),
  'ACK without SDP': acknowledges(undefined),
  'no ACK': { may: ({ sip }) => sip === 'answered', run: ended('failure') },
  BYE: { may: there, run: ended('bye') },
  expired: { may: talking, run: ended('sessionExpired') },
  lost: { may: (wire) => there(wire) || wire.sip === 'invited', run: ended('failure') },
  're-INVITE': offers('reInvite', modelSdp),
  're-INVITE without SDP': offers('reInvite', undefined),
  UPDATE: offers('update', modelSdp),
  'UPDATE without SDP': offers('update', undefined),
  're-INVITE gets 200': reoffered(200, modelSdp),
  're-INVITE gets 200 without SDP': reoffered(200),
  're-INVITE gets 408': reoffered(408),
  're-INVITE gets 481': reoffered(481),
  're-INVITE gets 488': reoffered(488),
  're-INVITE gets 491': reoffered(491),
  INFO: {
    may: there,
    run: (world, { id: leg }) => world.dispatch({ type: 'sip.dtmf', leg, digit: '#' as Digit }),
  },
};

const happens = (world: World, wire: Wire | undefined, name: string, move: LegMove): boolean => {
  if (wire === undefined || !move.may(wire)) return false;
  world.reached.add(`${wire.sip}/${wire.media}: ${name}`);
  move.run(world, wire);
  return true;
};

const named = (moves: Readonly<Record<string, LegMove>>, name: string): LegMove => {
  const move = moves[name];
  if (move === undefined) throw new Error(`no move ${name}`);
  return move;
};

/** The move on the leg at that place, in the order in which legs appeared. */
export const onLeg = (moves: Readonly<Record<string, LegMove>>, name: string, place: number): Move => {
  const move = named(moves, name);
  return { name: `${name} on ${place}`, run: (world) => happens(world, world.legs()[place], name, move) };
};

/** The move on any leg that is in a state for it: the one at that place among those. */
export const onAny = (moves: Readonly<Record<string, LegMove>>, name: string, place: number): Move => {
  const move = named(moves, name);
  return {
    name: `${name} on one`,
    run: (world) => {
      const able = world.legs().filter(move.may);
      return happens(world, able[place % Math.max(1, able.length)], name, move);
    },
  };
};

export type Kind = 'IVR' | 'remote';

/** A call comes in; `offer` false: it brings none. */
export const callComesIn = (kind: Kind = 'IVR', offer = true): Move => ({
  name: `a call${kind === 'remote' ? ' to the Cloud UA' : ''} comes in${offer ? '' : ' without an offer'}`,
  run: (world) => {
    const leg = `leg-in-${world.wires.legs.size}` as Wire['id'];
    const { sdp: _sdp, ...rest } = inboundCall({ leg });
    const called = { user: kind === 'remote' ? 'cloud-1' : '1000', host: 'sip.demo.example' };
    arrive(world.wires, leg, offer);
    world.opened += 1;
    world.dispatch({ type: 'sip.incoming', call: { ...rest, called, ...(offer && { sdp: modelSdp }) } });
    return true;
  },
});
