/**
 * The IVR loop of one participant: getIvrCommand → phrases → digits → getIvrCommand (D-LOOP, D-DTMF, D-BARGE).
 * Each function takes the participant as it is now and does nothing when the event has no meaning in its mode.
 */
import type { Alarm } from '../alarm.ts';
import { leave } from '../finish.ts';
import type { ConnectionId, Digit, PlayJobId } from '../ids.ts';
import { ask, raise } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { CallbackResult } from '../ports/callbacks.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import type { Phrase } from '../ports/phrase.ts';
import { awaited } from '../recording.ts';
import { changeParticipant, clearTimer, emit, startTimer, type Turn, warn } from '../turn.ts';
import { type Collected, type CollectReason, collect, dtmfParams } from './collect.ts';
import type { Command } from './command.ts';
import { encrypt } from './encryption.ts';
import { readAnswer } from './read-answer.ts';
import { type Ivr, newIvr } from './state.ts';

/** Commands in a row of which nothing could be played; an application may repeat a bad phrase for ever. */
const failuresAllowed = 10;

type Served = Participant & { readonly ivr: Ivr };
const isServed = (participant: Participant | undefined): participant is Served => participant?.ivr !== undefined;

const update = (turn: Turn, participant: Served, patch: Partial<Ivr>): Served => {
  const ivr = { ...participant.ivr, ...patch };
  changeParticipant(turn, participant.id, { ivr });
  return { ...participant, ivr };
};

/** Starts the loop: the first getIvrCommand, behind whatever is queued already (D-ANSWER). */
export const begin = (turn: Turn, participant: Participant, connection: ConnectionId) => {
  const ivr = newIvr(connection);
  changeParticipant(turn, participant.id, { ivr });
  next(turn, { ...participant, ivr }, undefined);
};

const next = (turn: Turn, participant: Served, collected: Collected | undefined) => {
  const { buffer, encryption, command } = participant.ivr;
  clearTimer(turn, `collect/${participant.id}`);
  clearTimer(turn, `command/${participant.id}`);
  update(turn, participant, {
    command: command + 1,
    mode: 'asking',
    current: undefined,
    job: undefined,
    encryption: undefined,
  });
  const body = {
    sessionId: turn.session.id,
    ivrServer: turn.world.node,
    dtmfBuffer: buffer === '' ? undefined : encrypt(buffer, encryption),
    dtmfParams: collected && dtmfParams(collected, encryption),
  };
  ask(turn, 'getIvrCommand', body, participant.id, { participant: participant.id, command: command + 1 });
};

/** The party gets BYE; others of its session, whom it talks to no more, stay (D-IVRFAIL, D-SPLIT). */
const fail = (turn: Turn, participant: Participant, alarm: Alarm) => {
  raise(turn, alarm);
  leave(turn, participant, 'error');
};

/** The answer to getIvrCommand; `replyId` is the one that the request had. */
export const commanded = (
  turn: Turn,
  participant: Participant | undefined,
  result: CallbackResult,
  replyId: string | undefined,
) => {
  if (!isServed(participant) || participant.ivr.mode !== 'asking') return;
  const read = readAnswer(result, { sessionId: turn.session.id, replyId }, turn.world, turn.session.domain);
  if ('error' in read) fail(turn, participant, read);
  else run(turn, participant, read);
};

const run = (turn: Turn, participant: Served, command: Command) => {
  const { id, leg, ivr } = participant;
  const served = update(turn, participant, {
    current: command,
    encryption: command.encryption,
    buffer: command.flush ? '' : ivr.buffer,
    digits: command.flush ? '' : ivr.digits,
  });
  if (command.background !== undefined) {
    const domain = turn.session.domain.name;
    const prompt = command.background === 'stop' ? undefined : { ...command.background, domain };
    emit(turn, { type: 'media.background', leg, prompt });
  }
  if (command.after !== undefined) startTimer(turn, `command/${id}`, command.after);
  for (const problem of command.phraseProblems) {
    raise(turn, { type: 'ivrCommandError', error: 'phraseError', details: problem });
  }
  play(turn, served, command.phrases, command.phraseProblems.length > 0);
};

/** Plays what there is; `failed`: nothing of the command has been played and something could not be. */
const play = (turn: Turn, participant: Served, phrases: readonly Phrase[], failed: boolean) => {
  if (phrases.length === 0) return failed ? failedOnce(turn, participant) : phrasesDone(turn, participant);
  const { id, leg, ivr } = participant;
  const job = turn.world.ids.uuid() as PlayJobId;
  const next = together(phrases);
  const told = ivr.current?.recordedCallback === true ? awaited(turn, id, ivr.connection, next) : next;
  update(turn, participant, { mode: 'playing', job, playing: phrases });
  emit(turn, { type: 'media.play', leg, job: { id: job, domain: turn.session.domain.name, phrases: told } });
};

/** A phrase that listens to the party: a key ends it, so it is a job of its own. */
const listens = (phrase: Phrase | undefined): boolean => phrase?.kind === 'record' || phrase?.kind === 'echo';

/** The phrases that one job plays: without a gap up to the first that listens, or that one alone. */
const together = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const at = phrases.findIndex(listens);
  return at === -1 ? phrases : phrases.slice(0, Math.max(1, at));
};

const failedOnce = (turn: Turn, participant: Served) => {
  const failures = participant.ivr.failures + 1;
  const failed = update(turn, participant, { failures });
  if (failures < failuresAllowed) return phrasesDone(turn, failed);
  warn(turn, 'nothing could be played for too many commands', { participantId: participant.id, failures });
  leave(turn, participant, 'error');
};

const phrasesDone = (turn: Turn, participant: Served) => {
  const { current, digits } = participant.ivr;
  if (current === undefined) return;
  if (current.hangup) return leave(turn, participant, 'completed');
  if (current.collect !== undefined) return collecting(turn, participant, digits);
  const played = current.phrases.length > 0 || current.phraseProblems.length > 0;
  if (played) return next(turn, participant, undefined);
  update(turn, participant, { mode: 'waiting', job: undefined });
};

/** Digits count from here on; those pressed before are taken as if pressed now. */
const collecting = (turn: Turn, participant: Served, digits: string) => {
  const spec = participant.ivr.current?.collect;
  if (spec === undefined) return;
  const served = update(turn, participant, { mode: 'collecting', job: undefined, digits });
  const done = collect(spec, digits);
  if (done !== undefined) return next(turn, update(turn, served, { digits: done.rest }), done.collected);
  const { firstTimeoutSeconds, betweenTimeoutSeconds } = turn.session.domain;
  const seconds =
    digits === '' ? (spec.firstTimeout ?? firstTimeoutSeconds) : (spec.betweenTimeout ?? betweenTimeoutSeconds);
  startTimer(turn, `collect/${participant.id}`, seconds);
};

export const pressed = (turn: Turn, participant: Participant | undefined, digit: Digit) => {
  if (!isServed(participant)) return;
  const { ivr, leg } = participant;
  const digits = ivr.digits + digit;
  const served = update(turn, participant, { buffer: ivr.buffer + digit, digits });
  if (ivr.mode === 'collecting') return collecting(turn, served, digits);
  if (ivr.mode !== 'playing' || ivr.job === undefined || ivr.current === undefined) return;
  const { bargeIn, collect: spec } = ivr.current;
  if (listens(ivr.playing[0]) && spec?.terminationKeys.includes(digit) === true)
    return emit(turn, { type: 'media.stop', leg, job: ivr.job, what: 'current' });
  if (bargeIn === 'none') return;
  emit(turn, { type: 'media.stop', leg, job: ivr.job, what: bargeIn });
  if (bargeIn === 'all') phrasesDone(turn, served);
};

export const played = (
  turn: Turn,
  participant: Participant | undefined,
  event: Extract<MediaEvent, { type: 'media.played' | 'media.playFailed' }>,
) => {
  if (!isServed(participant) || participant.ivr.mode !== 'playing' || participant.ivr.job !== event.job) return;
  if (event.type === 'media.played') {
    const { playing } = participant.ivr;
    const rest = playing.slice(together(playing).length);
    return play(turn, update(turn, participant, { failures: 0 }), rest, false);
  }
  const { reason, phrase, detail } = event;
  // Whosever fault it is: the phrases after it may be of another kind (D-PHRASEFAIL). Where no media are left, media.failed ends the leg.
  raise(turn, { type: 'ivrCommandError', error: reason, details: { phrase, detail } });
  play(turn, participant, participant.ivr.playing.slice(phrase + 1), true);
};

/** Ends the command before its own conditions do; digits of an open collection are told. */
const cut = (turn: Turn, participant: Served, collected: Collected | undefined) => {
  const { mode, job } = participant.ivr;
  if (mode === 'playing' && job !== undefined)
    emit(turn, { type: 'media.stop', leg: participant.leg, job, what: 'all' });
  next(turn, participant, collected);
};

/** Takes the digits of an open collection, whatever they are. */
const take = (turn: Turn, participant: Served, reason: CollectReason): readonly [Served, Collected] => {
  const { digits, current } = participant.ivr;
  if (current?.collect === undefined) return [participant, { reason, match: '' }];
  return [update(turn, participant, { digits: '' }), { reason, match: digits }];
};

/** firstTimeout or betweenTimeout is over. */
export const collectTimeout = (turn: Turn, participant: Participant | undefined) => {
  if (!isServed(participant) || participant.ivr.mode !== 'collecting') return;
  const reason = participant.ivr.digits === '' ? 'firstTimeout' : 'betweenTimeout';
  next(turn, ...take(turn, participant, reason));
};

/** getIVRCommandAfter is over: what plays or collects is interrupted (D-AFTER); a mere wait is just done. */
export const commandTimeout = (turn: Turn, participant: Participant | undefined) => {
  if (!isServed(participant) || participant.ivr.mode === 'asking') return;
  const [served, collected] = take(turn, participant, 'interrupted');
  cut(turn, served, participant.ivr.mode === 'waiting' ? undefined : collected);
};

/** interruptivrcommand; false when no command is running or `command` is not the one that runs. */
export const interrupt = (turn: Turn, participant: Participant | undefined, command: number | undefined): boolean => {
  if (!isServed(participant) || participant.ivr.mode === 'asking') return false;
  if (command !== undefined && command !== participant.ivr.command) return false;
  cut(turn, ...take(turn, participant, 'interrupted'));
  return true;
};
