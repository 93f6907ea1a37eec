/** The moves of a generated sequence: what far ends, media, the application and the clock may do, to any leg, at any time. */
import fc from 'fast-check';
import type { CallId, Digit, LegId, RecordingId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import type { Direction } from '../ports/media.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import type { Operation } from '../ports/operation.ts';
import type { SipEvent } from '../ports/sip.ts';
import { type Bench, inboundCall } from './bench.ts';
import type { Command } from './fake-ports.ts';
import { modelSdp } from './sdp.ts';
import { sessionOperations } from './sequences.ts';

export interface Move {
  /** For the report of a failure. */
  readonly name: string;
  readonly run: (bench: Bench) => void;
}

/** Legs in the order in which they appeared. */
export const legsOf = ({ ports }: Bench): readonly LegId[] => [
  ...new Set(ports.commands.map(({ leg }) => leg as LegId)),
];

type Pick = (bench: Bench) => LegId;
const pick =
  (place: number): Pick =>
  (bench) => {
    const legs = legsOf(bench);
    return legs[place % Math.max(1, legs.length)] ?? ('leg-in' as LegId);
  };

type LegMove = (bench: Bench, leg: LegId) => void;
const sent =
  (event: (leg: LegId) => SipEvent | MediaEvent): LegMove =>
  (bench, leg) =>
    bench.dispatch(event(leg));

const job = ({ ports }: Bench, leg: LegId) =>
  ports.commands.findLast((command): command is Command => command.leg === leg && command.call === 'play')?.args[0] as
    | { readonly id: never }
    | undefined;

const legMoves: Readonly<Record<string, LegMove>> = {
  '180': sent((leg) => ({ type: 'sip.progress', leg, status: 180 })),
  '200': sent((leg) => ({ type: 'sip.answered', leg, sipCallId: 'c' as CallId, sdp: modelSdp })),
  '200 without SDP': sent((leg) => ({ type: 'sip.answered', leg, sipCallId: 'c' as CallId })),
  '486': sent((leg) => ({ type: 'sip.failed', leg, status: 486, reason: 'x' })),
  CANCEL: sent((leg) => ({ type: 'sip.cancelled', leg })),
  ACK: sent((leg) => ({ type: 'sip.confirmed', leg })),
  'ACK with SDP': sent((leg) => ({ type: 'sip.confirmed', leg, sdp: modelSdp })),
  BYE: sent((leg) => ({ type: 'sip.ended', leg, cause: 'bye' })),
  expired: sent((leg) => ({ type: 'sip.ended', leg, cause: 'sessionExpired' })),
  'no CANCEL answer': sent((leg) => ({ type: 'sip.cancelFailed', leg })),
  're-INVITE': sent((leg) => ({ type: 'sip.offered', leg, offerId: 'o', method: 'reInvite', sdp: modelSdp })),
  opened: sent((leg) => ({ type: 'media.opened', leg, sdp: 'x' })),
  offered: sent((leg) => ({ type: 'media.offered', leg, sdp: 'x' })),
  'no media': sent((leg) => ({ type: 'media.failed', leg, reason: 'internal', detail: 'x' })),
  'no RTP': sent((leg) => ({ type: 'media.rtpTimeout', leg })),
  played: (bench, leg) => {
    const id = job(bench, leg)?.id;
    if (id !== undefined) bench.dispatch({ type: 'media.played', leg, job: id, stopped: false });
  },
  'bad phrase': (bench, leg) => {
    const id = job(bench, leg)?.id;
    if (id === undefined) return;
    bench.dispatch({ type: 'media.playFailed', leg, job: id, phrase: 0, reason: 'phraseError', detail: 'x' });
  },
  digit: sent((leg) => ({ type: 'media.dtmf', leg, digit: '1' as Digit, source: 'rfc4733' })),
  '#': sent((leg) => ({ type: 'sip.dtmf', leg, digit: '#' as Digit })),
};

/** Moves of that name to the leg at that place. */
export const onLeg = (name: string, place = 0): Move => {
  const move = legMoves[name];
  if (move === undefined) throw new Error(`no move ${name}`);
  return { name: `${name} on ${place}`, run: (bench) => move(bench, pick(place)(bench)) };
};

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'inactive'];
const place = fc.nat(5);

const legMove = fc.tuple(fc.constantFrom(...Object.keys(legMoves)), place).map(([name, at]) => onLeg(name, at));
const updated = fc.tuple(fc.constantFrom(...directions), place).map(
  ([direction, at]): Move => ({
    name: `updated ${direction} on ${at}`,
    run: (bench) => bench.dispatch({ type: 'media.updated', leg: pick(at)(bench), offerId: 'o', sdp: 'x', direction }),
  }),
);
const reoffered = fc.tuple(fc.constantFrom(200, 481, 488, 491), place).map(
  ([status, at]): Move => ({
    name: `re-INVITE gets ${status} on ${at}`,
    run: (bench) => bench.dispatch({ type: 'sip.reoffered', leg: pick(at)(bench), status, sdp: modelSdp }),
  }),
);

/** Everything that media was asked to record and has not told of. */
export const recordingsOf = ({ ports }: Bench): readonly RecordingId[] =>
  ports.commands.flatMap(({ call, args }) =>
    call === 'startRecording' ? [(args[0] as { readonly id: RecordingId }).id] : [],
  );

const recorded = fc.constantFrom<readonly ('left' | 'right')[]>([], ['left']).map(
  (silent): Move => ({
    name: `recorded, silent: ${silent}`,
    run: (bench) => {
      const recording = recordingsOf(bench).at(-1);
      if (recording !== undefined) bench.dispatch({ type: 'media.recorded', recording, bytes: 44, silent });
    },
  }),
);

const operation = fc.tuple(fc.constantFrom(...sessionOperations), fc.nat(3), fc.boolean()).map(
  ([name, back, named]): Move => ({
    name: `${name} ${back}${named ? ' by participant' : ''}`,
    run: (bench) => {
      const [replyId, claims] = [...bench.ports.claims].at(-1 - back) ?? [];
      if (replyId === undefined || claims === undefined) return;
      const told = bench.ports.callbacks.sent.findLast((each) => each.body.calleeParticipantId !== undefined);
      const participantId = named ? told?.body.calleeParticipantId : undefined;
      const body = name === 'answerRemoteCall' ? { replyId, ...device } : { replyId };
      bench.operate(name, { ...body, ...(typeof participantId === 'string' && { participantId }) });
    },
  }),
);

const call = { action: 'call', destAddr: 'sip:b@c' } as const;
const greeting = {
  playMode: 'callerFirst',
  caller: { phrases: [{ format: 'file', fileName: 'a.wav' }] },
  callee: { phrases: [{ format: 'file', fileName: 'b.wav' }] },
};
const device = { codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 5000 } as const;
const bodies = fc.constantFrom<Json>(
  { action: 'ivr', sessionReferenceId: 1 },
  { phrases: [{ format: 'file', fileName: 'a.wav' }], dtmf: { maxDigits: 2 }, bargeIn: 'all', action: 'ivr' },
  { action: 'ivr', phrases: [{ format: 'tape' }], getIVRCommandAfter: 1 },
  { action: 'ivr', getIVRCommandAfter: 2, dtmf: { flush: true, terminationKey: '#' } },
  { action: 'drop', dropCode: 'busy', hangup: true },
  call,
  { ...call, ringbackTone: 'default', maxRingTime: 20 },
  { ...call, greeting, callRecording: true },
  { ...call, monitorDestAddr: 'sip:m@n' },
  { ...call, destAddr: 'nowhere' },
  { action: 'connect', participantId: 'nobody' },
  { action: 'httpcall', ...device },
  { action: 'httpcall', ...device, codec: 'GSM' },
  'nonsense',
);
const answers: fc.Arbitrary<CallbackResult> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<CallbackResult>({ ok: false, cause: 'timeout', detail: 'x' }) },
  { weight: 1, arbitrary: fc.constantFrom<CallbackResult>({ ok: true, status: 200, body: undefined }) },
  { weight: 6, arbitrary: bodies.map((body): CallbackResult => ({ ok: true, status: 200, body })) },
);
const answer = fc.tuple(fc.nat(2), answers).map(
  ([which, outcome]): Move => ({
    name: `answer ${which} ${JSON.stringify(outcome)}`,
    run: (bench) => {
      const request = bench.open()[which];
      if (request) bench.settle(request, outcome);
    },
  }),
);

/** Connects whoever is asked about with a participant of any session. */
const connect = place.map(
  (at): Move => ({
    name: `connect ${at}`,
    run: (bench) => {
      const asking = bench.open().find(({ name }) => name === 'newCall' || name === 'callEvent');
      const ids = bench.ports.callbacks.sent.flatMap(({ body }) =>
        [body.callerParticipantId, body.calleeParticipantId].filter((id) => typeof id === 'string'),
      );
      const participantId = ids[at % Math.max(1, ids.length)];
      if (asking === undefined || participantId === undefined) return;
      bench.settle(asking, { ok: true, status: 200, body: { action: 'connect', participantId } });
    },
  }),
);

const another = fc.constant<Move>({
  name: 'another call',
  run: (bench) => {
    const leg = `leg-in-${legsOf(bench).length}` as LegId;
    if (legsOf(bench).includes(leg)) return;
    // Known by a command from the start, as the others are.
    bench.ports.commands.push({ port: 'sip', call: 'incoming', leg, args: [] });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ leg, sdp: modelSdp }) });
  },
});

const time = fc
  .constantFrom(500, 3_000, 20_000, 100_000)
  .map(
    (milliseconds): Move => ({ name: `${milliseconds} ms`, run: (bench) => bench.ports.clock.advance(milliseconds) }),
  );

export const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: legMove },
  { weight: 8, arbitrary: answer },
  { weight: 2, arbitrary: operation },
  { weight: 1, arbitrary: fc.oneof(updated, reoffered, recorded) },
  { weight: 1, arbitrary: fc.oneof(connect, another) },
  { weight: 1, arbitrary: time },
);

/** The application's answer to the oldest question, or notification, whatever it is. */
export const answered = (body?: Json): Move => ({
  name: `answer ${JSON.stringify(body)}`,
  run: (bench) => {
    const request = bench.open().find(({ name }) => name !== 'alarm');
    if (request) bench.settle(request, { ok: true, status: 200, body });
  },
});

const playing = answered({ phrases: [{ format: 'file', fileName: 'a.wav' }], dtmf: { maxDigits: 2 }, bargeIn: 'all' });
const placed: readonly Move[] = [answered({ ...call, greeting, callRecording: true, monitorDestAddr: 'sip:m@n' })];

/** The operation with the newest replyId. */
const operate = (name: Operation['name']): Move => ({
  name,
  run: (bench) => {
    const [replyId = ''] = [...bench.ports.claims.keys()].slice(-1);
    bench.operate(name, { replyId, ...device });
  },
});

/** How calls go when nothing comes between; a generated sequence starts somewhere on the way. */
export const usual: Readonly<Record<string, readonly Move[]>> = {
  'inbound IVR': [answered({ action: 'ivr' }), onLeg('opened'), onLeg('ACK'), answered(), playing, onLeg('played')],
  'outbound IVR': [onLeg('opened'), onLeg('180'), answered(), onLeg('200'), answered(), playing, onLeg('digit')],
  'inbound remote': [
    answered(),
    operate('sendRemoteCallRingback'),
    operate('answerRemoteCall'),
    onLeg('ACK'),
    answered(),
  ],
  'outbound remote': [onLeg('180'), answered(), onLeg('200'), answered(), onLeg('re-INVITE'), answered()],
  'two-party': [
    ...placed,
    onLeg('opened', 0),
    onLeg('opened', 1),
    onLeg('180', 1),
    answered(),
    onLeg('200', 1),
    onLeg('ACK', 0),
    answered(),
    onLeg('played', 0),
    onLeg('played', 1),
    onLeg('opened', 2),
    onLeg('200', 2),
    answered(),
  ],
};
