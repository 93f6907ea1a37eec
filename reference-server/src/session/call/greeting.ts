/** What the parties hear before they hear each other (D-GREET). */

import type { CallConnection, PlayingJob } from '../connection.ts';
import { parsePhrases } from '../ivr/phrases.ts';
import { isObject, type JsonObject, object } from '../json.ts';
import { lackingFormats } from '../lacking.ts';
import { raise } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { GreetingRound } from '../plan.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import type { Turn } from '../turn.ts';
import { current, partiesOf, play, put } from './stage.ts';

/** The rounds, one after the other; within a round all play at once. Without a playMode both at once. Bad phrases are told. */
export const greetingRounds = (turn: Turn, answer: JsonObject): readonly GreetingRound[] => {
  const greeting = object(answer, 'greeting');
  if (greeting === undefined) return [];
  const part = (party: 'caller' | 'callee') => {
    const given = greeting[party];
    const phrases = isObject(given) ? given.phrases : undefined;
    const { usable, problems } = parsePhrases(phrases, lackingFormats(turn.session.domain, phrases));
    for (const problem of problems) {
      raise(turn, { type: 'ivrCommandError', error: 'phraseError', details: { ...problem, party } });
    }
    return usable.length === 0 ? [] : [{ party, phrases: usable }];
  };
  const [caller, callee] = [part('caller'), part('callee')];
  const order =
    greeting.playMode === 'callerFirst'
      ? [caller, callee]
      : greeting.playMode === 'calleeFirst'
        ? [callee, caller]
        : [[...caller, ...callee]];
  return order.filter((round) => round.length > 0);
};

/** Starts the next round; false when none is left. */
export const nextRound = (turn: Turn, connection: CallConnection): boolean => {
  const [round, ...rounds] = connection.rounds;
  const parties = partiesOf(turn, connection);
  if (round === undefined || parties === undefined) return false;
  let changed = put(turn, { ...connection, rounds });
  for (const { party, phrases } of round) changed = play(turn, changed, parties[party], phrases);
  return true;
};

type PlayEvent = Extract<MediaEvent, { type: 'media.played' | 'media.playFailed' }>;

/** A job of the connection is over: what is behind a bad phrase goes on. True when nothing plays any more. */
export const jobOver = (
  turn: Turn,
  connection: CallConnection,
  participant: Participant,
  event: PlayEvent,
): boolean => {
  const job = connection.jobs.find(({ id }) => id === event.job);
  if (job === undefined) return false;
  const jobs = connection.jobs.filter((other) => other !== job);
  const without = put(turn, { ...connection, jobs });
  if (event.type === 'media.playFailed') {
    const { reason, phrase, detail } = event;
    raise(turn, { type: 'ivrCommandError', error: reason, details: { phrase, detail } });
    const rest = remaining(connection, job, phrase, reason);
    if (rest.length > 0) play(turn, without, participant, rest);
  }
  return current(turn, connection.id)?.jobs.length === 0;
};

/** A ringing tone that failed is not tried again: the caller hears nothing, the callee still rings. */
const remaining = ({ stage }: CallConnection, { phrases }: PlayingJob, failed: number, reason: string) =>
  stage !== 'greeting' || reason === 'mediaServerError' ? [] : phrases.slice(failed + 1);
