/** Courses that calls of the crowd take: what SIPp does on each side, and what the application says. */
import { sdp } from '../../drivers/sipp/sdp.ts';
import type { Answer, Callback } from '../../drivers/webhook-sink/types.ts';
import { drop, hangUp, ivr, type Json, waiting } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import type { Callee, Caller, Course, Stage } from './crowd.ts';

/** What the application answers; one for all calls of a kind. */
export type Command = (callback: Callback, nth: number) => Answer;

/** How long parties talk, ms. */
const talkMs = 150;
const digit = { type: 'application/dtmf-relay', text: 'Signal=5\nDuration=160\n' };

export const rings = (invited: Callee): Callee => invited.provisional(180);
const accepts = (invited: Callee): Callee => rings(invited).answer({ sdp: sdp() });
export const isLeft = (invited: Callee): Callee => accepts(invited).expectBye();
export const leaves = (invited: Callee): Callee => accepts(invited).pause(talkMs).bye();

export const hangsUp = (invited: Caller): Caller => invited.expect(200).pause(talkMs).bye();
export const isHungUp = (invited: Caller): Caller => invited.expect(200).expectBye();
export const pressesDigit = (invited: Caller): Caller =>
  // A copy of the 200 to INVITE may be taken for that of INFO, which then comes when BYE is expected.
  invited.expect(200).pause(talkMs).send('INFO', { body: digit }).ignore(200).expectBye();

/** Each of these answers in turn. */
export const inTurn =
  (answers: readonly Answer[]): Command =>
  (_, nth) =>
    answers[nth % answers.length] ?? drop();

/** The application takes the calls into the IVR. */
export const inIvr =
  (command: Command, caller: (invited: Caller) => Caller): Course =>
  async ({ app, callers, ended }) => {
    app.on('newCall', ivr()).on('getIvrCommand', command);
    await ended(await callers(caller));
  };

/** The calls are refused with this status because newCall is answered like this. */
export const refused =
  (newCall: Command, status: number): Course =>
  async ({ app, callers, ended }) => {
    app.on('newCall', newCall);
    await ended(await callers((invited) => invited.expect(status)));
  };

/** The application calls a callee, and drops whoever is left. */
export const bridged =
  (
    caller: (invited: Caller) => Caller,
    callee: (invited: Callee) => Callee,
    more: { readonly newCall?: Json; readonly once?: (stage: Stage) => void } = {},
  ): Course =>
  async (stage) => {
    const { leg, uri } = await stage.callees(callee);
    stage.app.on('newCall', callTo(uri, more.newCall)).on('callEvent', drop('busy'));
    more.once?.(stage);
    await stage.ended(await stage.callers(caller), leg);
  };

/** What the application does as soon as both have answered; `callAnswered` tells whom it may name. */
export const onAnswered =
  (act: (stage: Stage, callAnswered: Callback['body']) => Promise<void>) =>
  (stage: Stage): void => {
    stage.app.on('callAnswered', ({ answered, body }) => {
      answered.then(() => act(stage, body));
      return {};
    });
  };

/** As `onAnswered`, when the monitor has answered too. */
export const onMonitored = (act: (stage: Stage, callAnswered: Callback['body']) => Promise<void>) => {
  const first = new Map<unknown, Callback['body']>();
  return onAnswered(async (stage, body) => {
    const other = first.get(body.connectionId);
    first.set(body.connectionId, body);
    if (other !== undefined) await act(stage, body.monitoringParticipant === true ? other : body);
  });
};

/** The application hangs the caller up; the callee is asked for. */
export const hangUpCaller = (
  { rest }: Stage,
  { callerParticipantId: participantId }: Callback['body'],
): Promise<void> => rest('hangupparticipant', { participantId });

/** The application places the calls, by default from the IVR, which hangs up at once. */
export const placed =
  (
    callee: (invited: Callee) => Callee,
    {
      command = hangUp,
      operation = 'placeivrcall',
      body = fromIvr,
    }: {
      readonly command?: () => Json;
      readonly operation?: string;
      readonly body?: (stage: Stage, uri: string) => Json;
    } = {},
  ): Course =>
  async (stage) => {
    const { leg, uri } = await stage.callees(callee);
    stage.app.on('getIvrCommand', () => command());
    for (let call = 0; call < stage.calls; call += 1) {
      await stage.rest(operation, body(stage, uri));
      await stage.pace();
    }
    await stage.ended(leg);
  };

const fromIvr = ({ number, reference }: Stage, destAddr: string): Json => ({
  destAddr,
  sipFrom: number,
  sessionReferenceId: reference,
});

/** A device that handles RTP itself. */
export const deviceOf = ({ drain: { host, port } }: Stage): Json => ({
  codec: 'PCMU',
  receiveIp: host,
  receivePort: port,
});

export const forDevice = (stage: Stage, destinationUri: string): Json => ({
  destinationUri,
  sourceUser: stage.number,
  sessionReferenceId: stage.reference,
  callbackBaseUrl: stage.ctx.target.callbacks.baseUrl,
  ...deviceOf(stage),
});

/** A Cloud UA user is called, and the application says by REST what becomes of it. */
export const answersByRest =
  (operation: string, caller: (invited: Caller) => Caller, more: (stage: Stage) => Json = () => ({})): Course =>
  async (stage) => {
    stage.app.on('newRemoteCall', ({ answered, body: { replyId } }) => {
      answered.then(() => stage.rest(operation, { replyId, ...more(stage) }));
      return {};
    });
    await stage.ended(await stage.callers(caller));
  };

/** Callers over TCP crash in the middle of their calls. Then the application ends these, and nobody is there for the BYE. */
export const crashing: Course = async ({ app, calls, callers, until, rest }) => {
  app.on('newCall', ivr()).on('getIvrCommand', waiting());
  const leg = await callers((invited) => invited.expect(200).pause(60_000), { transport: 'tcp', atOnce: calls });
  await until('getIvrCommand', calls);
  await leg.kill();
  await Promise.all(app.sessions().map((sessionId) => rest('hangupparticipant', { sessionId })));
};
