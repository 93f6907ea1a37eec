/** Generated moves: what the world may do next, weighted so that most of them find something to do. */
import fc from 'fast-check';
import { sessionOperations } from '../sequences.ts';
import {
  after,
  alarmTaken,
  connect,
  fittingAnswer,
  greeting,
  inside,
  operate,
  place,
  wrongAnswer,
} from './application.ts';
import { callComesIn, farEndMoves, onAny } from './far-end.ts';
import { mediaMoves, recordings, threadDies } from './media.ts';
import type { Move } from './world.ts';

const place5 = fc.nat(5);
const legMoves = { ...farEndMoves, ...mediaMoves };

/** What calls are made of, more often than what breaks them. */
const usual = [
  '180',
  '200',
  'ACK',
  'opened',
  'played',
  'updated',
  'held',
  'offer made',
  're-INVITE',
  're-INVITE gets 200',
];

const legMove = (names: readonly string[]) =>
  fc.tuple(fc.constantFrom(...names), place5).map(([name, at]) => onAny(legMoves, name, at));

const rare = fc.constantFrom<Move>(
  callComesIn(),
  callComesIn('IVR', false),
  callComesIn('remote'),
  place('placeIvrCall'),
  place('placeRemoteCall'),
  threadDies,
);

const plain: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: legMove(usual) },
  { weight: 5, arbitrary: legMove(Object.keys(legMoves)) },
  { weight: 2, arbitrary: legMove(Object.keys(legMoves).filter((name) => name.startsWith('re-INVITE gets'))) },
  { weight: 8, arbitrary: fc.tuple(fc.nat(2), fc.nat(40)).map(([which, choice]) => fittingAnswer(which, choice)) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(2), fc.nat(20)).map(([which, choice]) => wrongAnswer(which, choice)) },
  { weight: 1, arbitrary: fc.constant(alarmTaken) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...sessionOperations),
        fc.nat(4),
        fc.constantFrom<'replyId' | 'participantId'>('replyId', 'participantId'),
      )
      .map(([name, back, by]) => operate(name, back, by)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(1), fc.nat(4), fc.boolean())
      .map(([which, back, greeted]) => connect(which, back, greeted ? { greeting, callRecording: true } : {})),
  },
  { weight: 1, arbitrary: fc.constantFrom(...recordings) },
  { weight: 1, arbitrary: rare },
  { weight: 1, arbitrary: fc.constantFrom(after(0.5), after(3), after(20), after(100)) },
);

export const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 15, arbitrary: plain },
  { weight: 1, arbitrary: plain.map(inside) },
);
