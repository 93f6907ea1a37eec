/** The kinds of calls of the crowd, with their shares of a thousand. */
import type { Target } from '../../target/types.ts';
import { drop, hangUp, type Json, play, waiting } from '../support/answers.ts';
import { ownName } from '../support/recordings.ts';
import {
  answersByRest,
  bridged,
  type Command,
  crashing,
  deviceOf,
  forDevice,
  hangsUp,
  hangUpCaller,
  inIvr,
  inTurn,
  isHungUp,
  isLeft,
  leaves,
  onAnswered,
  onMonitored,
  placed,
  pressesDigit,
  refused,
  rings,
} from './courses.ts';
import type { Kind } from './crowd.ts';

const callControl = { capability: 'call-control' } as const;
const outbound = { capability: 'outbound' } as const;
const cloud = { capability: 'cloud-ua', tenant: 'cloudUa' } as const;

/** Answers that cannot be carried out (D-BADANSWER). */
const wrong = [
  { answer: { status: 500 } },
  { answer: { raw: 'no JSON at all' } },
  { answer: { raw: '<action>drop</action>', contentType: 'text/xml' } },
  { answer: { json: { action: 'dance' } } },
  { answer: { json: { action: 'call' } } },
  { answer: { json: ['drop'] } },
  { answer: {} },
];
const reset = { answer: { reset: true } };
const silence = { answer: { hang: true } };

/** One party: refused, given up, in the IVR. */
const alone = (prompt: Json): Kind[] => {
  const collect: Command = ({ body }) =>
    body.dtmfParams === undefined
      ? play([prompt], { dtmf: { maxDigits: 1, firstTimeout: 20 }, bargeIn: 'all' })
      : hangUp();
  const inIvrOnly = { capability: 'ivr' } as const;
  return [
    { name: 'digit', calls: 120, capability: 'sip-info-dtmf', course: inIvr(collect, pressesDigit) },
    { name: 'prompt-left', calls: 110, ...inIvrOnly, course: inIvr(() => play([prompt], waiting()), hangsUp) },
    { name: 'prompt-over', calls: 60, ...inIvrOnly, course: inIvr(() => play([prompt], hangUp()), isHungUp) },
    { name: 'refused', calls: 80, course: refused(inTurn([drop('busy'), drop(486)]), 486) },
    { name: 'forbidden', calls: 40, course: refused(inTurn([drop('forbidden')]), 403) },
    {
      name: 'given-up',
      calls: 50,
      course: async ({ ctx, app, callers, ended }) => {
        // The application is still thinking when the caller gives up; what it says then has no effect (D-LATE).
        const delayMs = ctx.target.timers.callbackTimeoutMs * 0.75;
        app.on('newCall', { answer: { json: drop(), delayMs, expectInvalid: false } });
        await ended(await callers((invited) => invited.expectProvisional(100).cancel()));
      },
    },
  ];
};

/** Two parties and more. */
const together: readonly Kind[] = [
  { name: 'left', calls: 80, ...callControl, course: bridged(hangsUp, isLeft) },
  { name: 'leaves', calls: 70, ...callControl, course: bridged(isHungUp, leaves) },
  {
    name: 'cancelled',
    calls: 60,
    ...callControl,
    course: bridged(
      (invited) => invited.expectProvisional(180).cancel(),
      (invited) => rings(invited).cancelled(),
    ),
  },
  {
    name: 'callee-busy',
    calls: 60,
    ...callControl,
    course: bridged(
      (invited) => invited.expect(486),
      (invited) => invited.refuse(486),
    ),
  },
  {
    name: 'no-answer',
    calls: 30,
    ...callControl,
    course: bridged(
      (invited) => invited.expect(486),
      (invited) => rings(invited).cancelled(),
      { newCall: { maxRingTime: 1 } },
    ),
  },
  {
    name: 'split',
    calls: 30,
    ...callControl,
    course: bridged(isHungUp, isLeft, {
      once: onAnswered(({ rest }, { connectionId }) => rest('splitconnection', { connectionId })),
    }),
  },
  {
    name: 'recorded',
    calls: 20,
    capability: 'recording',
    course: bridged(isHungUp, isLeft, {
      once: onAnswered(async (stage, body) => {
        const { connectionId } = body;
        await stage.rest('startrecording', { connectionId, recordingFileName: ownName(stage.ctx) });
        await hangUpCaller(stage, body);
      }),
    }),
  },
  {
    name: 'monitored',
    calls: 20,
    capability: 'monitoring',
    course: async (stage) => {
      const { leg, uri } = await stage.callees(isLeft, { name: 'monitor' });
      await bridged(isHungUp, isLeft, { newCall: { monitorDestAddr: uri }, once: onMonitored(hangUpCaller) })(stage);
      await stage.ended(leg);
    },
  },
  {
    name: 'device',
    calls: 10,
    capability: 'httpcall',
    course: async (stage) => {
      stage.app.on('newCall', { action: 'httpcall', ...deviceOf(stage) });
      await stage.ended(await stage.callers(hangsUp));
    },
  },
];

/** Calls that the application places, and those of the Cloud UA. */
const byRest: readonly Kind[] = [
  { name: 'placed-over', calls: 30, ...outbound, course: placed(isLeft) },
  { name: 'placed-left', calls: 20, ...outbound, course: placed(leaves, { command: waiting }) },
  { name: 'placed-busy', calls: 10, ...outbound, course: placed((invited) => invited.refuse(486)) },
  { name: 'remote-left', calls: 20, ...cloud, course: answersByRest('answerremotecall', hangsUp, deviceOf) },
  {
    name: 'remote-declined',
    calls: 10,
    ...cloud,
    course: answersByRest('hangupcall', (invited) => invited.expect(603)),
  },
  {
    name: 'remote-placed',
    calls: 10,
    ...cloud,
    course: placed(leaves, { operation: 'placeremotecall', body: forDevice }),
  },
];

/** What nobody wishes for: a broken application, silent audio, calls that last too long, callers that crash. */
const nasty: readonly Kind[] = [
  { name: 'wrong', calls: 21, course: refused(inTurn(wrong), 480) },
  { name: 'reset', calls: 5, course: refused(inTurn([reset]), 480) },
  { name: 'silence', calls: 5, course: refused(inTurn([silence]), 480) },
  {
    name: 'wrong-command',
    calls: 6,
    capability: 'ivr',
    course: inIvr(inTurn([...wrong.slice(0, 3), reset]), isHungUp),
  },
  { name: 'no-command', calls: 3, capability: 'ivr', course: inIvr(() => silence, isHungUp) },
  { name: 'no-audio', calls: 3, capability: 'ivr', tenant: 'silent', course: inIvr(() => waiting(), isHungUp) },
  { name: 'too-long', calls: 3, capability: 'ivr', tenant: 'shortSession', course: inIvr(() => waiting(), isHungUp) },
  { name: 'crashed', calls: 4, capability: 'tcp', course: crashing },
];

type Claims = Pick<Target, 'capabilities' | 'tenants'>;

/** Those of these kinds that the target claims and describes a tenant for. */
export const claimedBy = ({ capabilities, tenants }: Claims, kinds: readonly Kind[]): Kind[] =>
  kinds.filter(
    ({ capability, tenant }) =>
      (capability === undefined || capabilities.includes(capability)) &&
      (tenant === undefined || tenants[tenant] !== undefined),
  );

/** So many calls of all kinds that the target claims; what it does not claim is made up for by calls that are refused. */
export function kindsFor(target: Claims, prompt: Json, calls: number): readonly Kind[] {
  const kinds = claimedBy(target, [...alone(prompt), ...together, ...byRest, ...nasty]);
  const missing = calls - kinds.reduce((sum, kind) => sum + kind.calls, 0);
  return kinds.map((kind) => (kind.name === 'refused' ? { ...kind, calls: kind.calls + missing } : kind));
}
