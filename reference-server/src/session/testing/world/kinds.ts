/** How sessions begin and go when nothing comes between; a generated sequence leaves the way somewhere. */
import type { DomainSettings } from '../../ports/domains.ts';
import { answer, call, commands, connect, device, greeting, operateBy, place } from './application.ts';
import { callComesIn, farEndMoves, onLeg } from './far-end.ts';
import { mediaMoves } from './media.ts';
import type { Move } from './world.ts';

export interface Kind {
  readonly settings?: Partial<DomainSettings>;
  readonly way: readonly Move[];
}

const moves = { ...farEndMoves, ...mediaMoves };
export const on = (place: number, ...names: readonly string[]): readonly Move[] =>
  names.map((name) => onLeg(moves, name, place));

const toTheIvr: readonly Move[] = [callComesIn(), answer({ action: 'ivr' }), ...on(0, 'opened', 'ACK'), answer()];

/** Two parties up to callAnswered, which is answered. */
export const twoParties = (plan: typeof call & object = call): readonly Move[] => [
  callComesIn(),
  answer(plan),
  ...on(0, 'opened'),
  ...on(1, 'opened', '180'),
  answer(),
  ...on(1, '200'),
  ...on(0, 'opened', 'ACK'),
  answer({}, 'callAnswered'),
];

/** The third leg listens. */
export const monitored: readonly Move[] = [
  ...twoParties({ ...call, greeting, callRecording: true, monitorDestAddr: 'sip:m@n' } as typeof call),
  ...on(2, 'opened', '200'),
  answer({}, 'callAnswered'),
];

/** Two sessions: the second caller is connected with the first, who waits in the IVR. */
export const acrossSessions: readonly Move[] = [...toTheIvr, callComesIn(), connect(0, 0)];

export const kinds: Readonly<Record<string, Kind>> = {
  'inbound IVR': { way: [...toTheIvr, answer(commands[1]), ...on(0, 'played', '1', '1'), answer(commands[2])] },
  'inbound IVR without an offer': {
    settings: { entry: 'getCallIdentifier' },
    way: [callComesIn('IVR', false), answer({}), ...on(0, 'opened', 'ACK'), answer(), answer(commands[3])],
  },
  'outbound IVR': { way: [place('placeIvrCall'), ...on(0, 'opened', '180'), answer(), ...on(0, '200'), answer()] },
  'two parties': {
    way: [...twoParties(), ...on(0, 're-INVITE', 'held'), ...on(1, 'offer made', 're-INVITE gets 491')],
  },
  'two parties, one on hold': { way: [...twoParties(), ...on(0, 're-INVITE', 'held'), ...on(1, 'offer made')] },
  'two parties, the caller without an offer': {
    way: [
      callComesIn('IVR', false),
      answer({ ...call, ringbackTone: 'default' }),
      ...on(0, 'opened'),
      ...on(1, 'opened', '180', '200'),
    ],
  },
  'two parties with everything': { way: monitored },
  'emergency fallback always': {
    settings: { emergencyFallback: { mode: 'always', address: 'sip:sos@fallback.example' } },
    way: [callComesIn(), ...on(1, 'opened', '180', '200'), ...on(0, 'opened', 'ACK')],
  },
  'emergency fallback on error': {
    settings: { emergencyFallback: { mode: 'onError', address: 'sip:sos@fallback.example' } },
    way: [callComesIn(), answer({ action: 'dance' }), ...on(1, 'opened', '180', '200')],
  },
  'across sessions': { way: [...acrossSessions, ...on(1, 'opened', 'ACK'), answer({}, 'callAnswered')] },
  'inbound remote': {
    way: [
      callComesIn('remote'),
      answer(),
      operateBy('sendRemoteCallRingback', 'newRemoteCall'),
      operateBy('answerRemoteCall', 'newRemoteCall', device),
      ...on(0, 'ACK', 're-INVITE'),
    ],
  },
  'outbound remote': { way: [place('placeRemoteCall'), ...on(0, '180', '200', 're-INVITE')] },
};
