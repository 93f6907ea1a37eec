/**
 * The legs as the world outside sees them, and the commands that are wrong there: for a leg that is gone, twice, before
 * its time. It knows nothing of the rules of the session layer, only what `ports/` says of legs and endpoints.
 */
import type { LegId, PlayJobId, RecordingId } from '../../ids.ts';
import type { Direction, MediaPort, RecordingRequest } from '../../ports/media.ts';
import type { PlayJob } from '../../ports/phrase.ts';
import type { SipPort } from '../../ports/sip.ts';

export interface Wire {
  readonly id: LegId;
  readonly inbound: boolean;
  /** Its INVITE had an offer: the caller's own, or ours. */
  readonly offered: boolean;
  sip: 'none' | 'invited' | 'calling' | 'cancelling' | 'answered' | 'confirmed' | 'over';
  media: 'none' | 'opening' | 'open' | 'closed';
  /** re-INVITE and UPDATE of the far end without a final response. */
  readonly offers: Set<string>;
  /** The 200 to its re-INVITE had our offer: the ACK brings the answer. */
  awaitsAnswer: boolean;
  /** Our re-INVITE has no final response. */
  reoffering: boolean;
  /** What the far end said of its stream last. */
  direction: Direction;
  /** What our re-INVITE is about, what the last one said that was taken, and whether the last one was not. */
  telling: Direction;
  told: Direction;
  refused: boolean;
  /** Offers of ours that media was asked for, and what the last one that it made says. */
  readonly offering: Direction[];
  made: Direction;
  /** Offers of the far end that media works on. */
  readonly updates: Set<string>;
  readonly jobs: Set<PlayJobId>;
  readonly repeating: Set<PlayJobId>;
  /** Jobs that were told to end and have not said so. */
  readonly stopped: Set<PlayJobId>;
  /** Recordings that a job must tell of before it is over. */
  readonly due: Map<PlayJobId, readonly RecordingId[]>;
  joined: LegId | undefined;
  /** Whom it hears as a monitor. */
  hears: readonly LegId[];
  /** It ended while commands were still on their way to it: those may come and do nothing. */
  loose: boolean;
}

export interface Recording {
  readonly legs: readonly LegId[];
  state: 'running' | 'stopped' | 'told';
  /** Told while commands were still on their way. */
  loose: boolean;
}

export interface Wires {
  readonly legs: Map<LegId, Wire>;
  readonly recordings: Map<RecordingId, Recording>;
  readonly wrong: string[];
}

const newWire = (id: LegId, inbound: boolean, offered: boolean): Wire => ({
  id,
  inbound,
  offered,
  sip: inbound ? 'invited' : 'none',
  media: 'none',
  offers: new Set(),
  awaitsAnswer: false,
  reoffering: false,
  direction: 'sendrecv',
  telling: 'sendrecv',
  told: 'sendrecv',
  refused: false,
  offering: [],
  made: 'sendrecv',
  updates: new Set(),
  jobs: new Set(),
  repeating: new Set(),
  stopped: new Set(),
  due: new Map(),
  joined: undefined,
  hears: [],
  loose: false,
});

export const newWires = (): Wires => ({ legs: new Map(), recordings: new Map(), wrong: [] });

export const arrive = ({ legs }: Wires, id: LegId, offered: boolean) => legs.set(id, newWire(id, true, offered));

/** The leg is gone in SIP. */
export const over = (wire: Wire, loose: boolean) => {
  wire.sip = 'over';
  wire.loose ||= loose;
  wire.offers.clear();
  wire.reoffering = false;
};

/** Somebody's call is still there, or its port is. */
export const isAlive = ({ sip, media }: Wire): boolean =>
  sip === 'none' ? media === 'opening' || media === 'open' : sip !== 'over';

type Sip = { readonly [Call in keyof SipPort]?: (wires: Wires, ...args: Parameters<SipPort[Call]>) => void };
type Media = { readonly [Call in keyof MediaPort]?: (wires: Wires, ...args: Parameters<MediaPort[Call]>) => void };

const at = ({ legs }: Wires, id: LegId): Wire => {
  const wire = legs.get(id) ?? newWire(id, false, true);
  legs.set(id, wire);
  return wire;
};

/** The leg when the command has a meaning for it. */
const inState = (wires: Wires, call: string, id: LegId, states: readonly Wire['sip'][]): Wire | undefined => {
  const wire = at(wires, id);
  if (states.includes(wire.sip)) return wire;
  if (!wire.loose) wires.wrong.push(`sip.${call} to a leg that is ${wire.sip}`);
  return undefined;
};

const withMedia = (wires: Wires, call: string, id: LegId, states: readonly Wire['media'][] = ['open']) => {
  const wire = at(wires, id);
  if (states.includes(wire.media)) return wire;
  if (!wire.loose) wires.wrong.push(`media.${call} to an endpoint that is ${wire.media}`);
  return undefined;
};

export const sipRules: Sip = {
  progress: (wires, leg) => void inState(wires, 'progress', leg, ['invited']),
  answer: (wires, leg) => {
    const wire = inState(wires, 'answer', leg, ['invited']);
    if (wire) wire.sip = 'answered';
  },
  reject: (wires, leg, status) => {
    const wire = inState(wires, 'reject', leg, ['invited']);
    if (wire) over(wire, false);
    if (status < 400 || status > 699) wires.wrong.push(`sip.reject with ${status}`);
  },
  invite: (wires, leg, { sdp }) => {
    const wire = inState(wires, 'invite', leg, ['none']);
    if (wire) wire.sip = 'calling';
    if (sdp === undefined) wires.wrong.push('sip.invite without an offer');
  },
  cancel: (wires, leg) => {
    const wire = inState(wires, 'cancel', leg, ['calling']);
    if (wire) wire.sip = 'cancelling';
  },
  hangup: (wires, leg) => {
    const wire = inState(wires, 'hangup', leg, ['answered', 'confirmed']);
    if (wire) over(wire, false);
  },
  respondOffer: (wires, leg, offerId, status, sdp) => {
    const wire = inState(wires, 'respondOffer', leg, ['answered', 'confirmed']);
    if (wire === undefined) return;
    if (!wire.offers.delete(offerId)) wires.wrong.push('sip.respondOffer to no offer');
    if (status < 300 && offerId.startsWith('late')) wire.awaitsAnswer = sdp !== undefined;
  },
  reoffer: (wires, leg) => {
    const wire = inState(wires, 'reoffer', leg, ['confirmed']);
    if (wire === undefined) return;
    // RFC 3261 section 14.1: one INVITE at a time in a dialog. An offer of the far end that crosses is the port's to refuse.
    if (wire.reoffering) wires.wrong.push('sip.reoffer before the last one is answered');
    wire.reoffering = true;
    wire.telling = wire.made;
  },
};

export const mediaRules: Media = {
  open: (wires, leg) => {
    const wire = withMedia(wires, 'open', leg, ['none']);
    if (wire) wire.media = 'opening';
  },
  accept: (wires, leg) => void withMedia(wires, 'accept', leg),
  update: (wires, leg, offerId) => void withMedia(wires, 'update', leg)?.updates.add(offerId),
  play: (wires, leg, { id, repeat, phrases }: PlayJob) => {
    const wire = withMedia(wires, 'play', leg);
    if (wire === undefined) return;
    if ([...wire.jobs].some((job) => wire.repeating.has(job))) wires.wrong.push('media.play behind one without an end');
    wire.jobs.add(id);
    if (repeat) wire.repeating.add(id);
    const due = phrases.flatMap((phrase) => (phrase.kind === 'record' ? (phrase.recording ?? []) : []));
    if (due.length > 0) wire.due.set(id, due);
    for (const recording of due) wires.recordings.set(recording, { legs: [leg], state: 'stopped', loose: false });
  },
  stop: (wires, leg, job, what) => {
    const wire = withMedia(wires, 'stop', leg);
    if (wire === undefined) return;
    if (!wire.jobs.has(job)) wires.wrong.push('media.stop of nothing that plays');
    if (what === 'all') wire.repeating.delete(job);
    if (what === 'all') wire.stopped.add(job);
  },
  background: (wires, leg) => void withMedia(wires, 'background', leg),
  offer: (wires, leg, direction) => {
    const wire = withMedia(wires, 'offer', leg);
    wire?.offering.push(direction);
  },
  watch: (wires, leg) => void withMedia(wires, 'watch', leg),
  join: (wires, a, b) => {
    const pair = [withMedia(wires, 'join', a), withMedia(wires, 'join', b)];
    for (const wire of pair) if (wire?.joined !== undefined) wires.wrong.push('media.join of one who is joined');
    const [one, two] = pair;
    if (one && two) [one.joined, two.joined] = [b, a];
  },
  separate: (wires, a, b) => {
    const pair = [withMedia(wires, 'separate', a), withMedia(wires, 'separate', b)];
    const [one, two] = pair;
    if (one && two && (one.joined !== b || two.joined !== a)) wires.wrong.push('media.separate of no pair');
    for (const wire of pair) if (wire) wire.joined = undefined;
  },
  listen: (wires, monitor, to) => {
    for (const leg of [monitor, ...to]) withMedia(wires, 'listen', leg);
    at(wires, monitor).hears = to;
  },
  startRecording: (wires, { id, left, right }: RecordingRequest) => {
    for (const leg of [left, right]) withMedia(wires, 'startRecording', leg);
    const running = [...wires.recordings.values()].some(
      ({ state, legs }) => state === 'running' && legs.includes(left),
    );
    if (running) wires.wrong.push('media.startRecording during one');
    wires.recordings.set(id, { legs: [left, right], state: 'running', loose: false });
  },
  stopRecording: (wires, id) => {
    const recording = wires.recordings.get(id);
    if (recording?.state === 'running') recording.state = 'stopped';
    else if (recording?.state !== 'told' || !recording.loose)
      wires.wrong.push(`media.stopRecording of one that is ${recording?.state ?? 'not there'}`);
  },
  close: (wires, leg) => {
    const wire = at(wires, leg);
    wire.media = 'closed';
    wire.hears = [];
    wire.offering.length = 0;
    wire.updates.clear();
    wire.jobs.clear();
    const other = wire.joined && wires.legs.get(wire.joined);
    if (other) wires.wrong.push('media.close of one who is joined');
    if (other) other.joined = undefined;
    wire.joined = undefined;
  },
};
