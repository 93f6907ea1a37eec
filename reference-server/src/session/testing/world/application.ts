/** What the application answers and asks for, and what the clock does. */

import type { Json } from '../../json.ts';
import type { CallbackRequest, CallbackResult } from '../../ports/callbacks.ts';
import type { Operation } from '../../ports/operation.ts';
import type { Move, World } from './world.ts';

export const device = { codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 5000 } as const;
export const call = { action: 'call', destAddr: 'sip:b@c' } as const;
const file = { phrases: [{ format: 'file', fileName: 'a.wav' }] };
export const greeting = { playMode: 'callerFirst', caller: file, callee: file };
export const hungUp = { hangup: true } as const;

/** Answers to newCall and callEvent. */
export const actions: readonly Json[] = [
  { action: 'ivr', sessionReferenceId: 1 },
  { action: 'drop', dropCode: 'busy' },
  { action: 'drop', dropCode: 'gone fishing' },
  call,
  { ...call, ringbackTone: 'default', maxRingTime: 20 },
  { ...call, greeting, callRecording: true },
  { ...call, greeting: { ...greeting, playMode: 'simultaneous' }, monitorDestAddr: 'sip:m@n' },
  { ...call, callRecording: true, recordingFileName: '../a.wav' },
  { ...call, ringbackTone: 'ring.wav', monitorDestAddr: 'nowhere', callRecording: true },
  { ...call, destAddr: 'nowhere' },
  { ...call, xHeaders: { 'X-A': 'a\r\nVia: b' } },
  { ...call, monitorDestAddr: 'sip:m@n', monitorXHeaders: { 'X-A': 'a\r\nVia: b' } },
  { action: 'call' },
  { action: 'connect', participantId: 'nobody' },
  { action: 'httpcall', ...device },
  { action: 'httpcall', ...device, codec: 'GSM' },
  { action: 'httpcall', ...device, receivePort: 0 },
  { action: 'dance' },
  {},
];

export const commands: readonly Json[] = [
  file,
  { ...file, dtmf: { maxDigits: 2 }, bargeIn: 'all' },
  { phrases: [...file.phrases, ...file.phrases], dtmf: { terminationKey: '#', firstTimeout: 2 }, bargeIn: 'current' },
  { dtmf: { flush: true, maxDigits: 3, betweenTimeout: 2, encryption: { type: 'md5', salt: 's' } } },
  { phrases: [{ format: 'tape' }], getIVRCommandAfter: 1 },
  { backgroundPrompt: { fileName: 'b.wav' }, getIVRCommandAfter: 2 },
  { backgroundPrompt: { stop: true }, getIVRCommandAfter: 1 },
  { ...file, ...hungUp },
  { phrases: [{ format: 'record', fileName: 'r.wav' }, ...file.phrases], recordedCallback: true, bargeIn: 'current' },
  { phrases: [{ format: 'echo' }], getIVRCommandAfter: 5 },
  { ...file, sessionId: 'of another' },
  { dtmf: { flush: true } },
];

const wrong: readonly CallbackResult[] = [
  { ok: false, cause: 'timeout', detail: 'x' },
  { ok: false, cause: 'connection', detail: 'x' },
  { ok: false, cause: 'status', status: 500, detail: 'x' },
  { ok: false, cause: 'notJson', detail: 'x' },
  { ok: false, cause: 'empty', detail: 'x' },
  { ok: false, cause: 'tooLarge', detail: 'x' },
  { ok: true, status: 200, body: 'nonsense' },
  { ok: true, status: 200, body: [] },
];

/** What the application may answer to the request, the usual first. */
const answersTo = ({ name }: CallbackRequest): readonly Json[] =>
  name === 'newCall' || name === 'callEvent' ? actions : name === 'getIvrCommand' ? commands : [{}];

const isAsked = ({ name }: CallbackRequest): boolean => name !== 'alarm';

const reply = (world: World, request: CallbackRequest | undefined, body: Json | undefined): boolean => {
  if (request === undefined) return false;
  note(world, request, body);
  world.answer(request, { ok: true, status: 200, body });
  return true;
};

/** An answer may be the reason of an end. */
const note = (world: World, { name }: CallbackRequest, body: Json | undefined) => {
  if (name === 'alarm') return;
  world.facts.add('answer');
  if (typeof body === 'object' && body !== null && 'action' in body) world.facts.add(String(body.action));
};

/** Answers the oldest callback that is open, of that name where one is given. */
export const answer = (body?: Json, name?: string): Move => ({
  name: `answer ${name ?? 'the oldest'} ${JSON.stringify(body) ?? ''}`.trim(),
  run: (world) =>
    reply(
      world,
      world.open().find((each) => (name === undefined ? isAsked(each) : each.name === name)),
      body,
    ),
});

/** One of the answers that fit the oldest question of one of the sessions. */
export const fittingAnswer = (which: number, choice: number): Move => ({
  name: `fitting answer ${choice} to ${which}`,
  run: (world) => {
    const asked = world.open().filter(isAsked);
    const request = asked[which % Math.max(1, asked.length)];
    if (request === undefined) return false;
    const fitting = answersTo(request);
    return reply(world, request, fitting[choice % fitting.length]);
  },
});

/** Something else than an answer, to any callback, alarms included. */
export const wrongAnswer = (which: number, choice: number): Move => ({
  name: `wrong answer ${choice} to ${which}`,
  run: (world) => {
    const request = world.open()[which % Math.max(1, world.open().length)];
    const result = wrong[choice % wrong.length];
    if (request === undefined || result === undefined) return false;
    world.facts.add('no answer of the application');
    world.answer(request, result);
    return true;
  },
});

/** The alarm's receiver answers. */
export const alarmTaken: Move = {
  name: 'alarm taken',
  run: (world) =>
    reply(
      world,
      world.open().find(({ name }) => name === 'alarm'),
      {},
    ),
};

const participants = (world: World): readonly string[] => [
  ...new Set(
    world.ports.callbacks.sent.flatMap(({ body }) =>
      [body.callerParticipantId, body.calleeParticipantId, body.participantId].flatMap((id) =>
        typeof id === 'string' ? id : [],
      ),
    ),
  ),
];

/** The party that is asked about is connected with another one of any session, waiting or not. */
export const connect = (which: number, back: number, plan: { readonly [key: string]: Json } = {}): Move => ({
  name: `connect ${which} with the participant ${back} back`,
  run: (world) => {
    const asked = world.open().filter(({ name }) => name === 'newCall' || name === 'callEvent');
    const participantId = participants(world).at(-1 - back);
    if (participantId === undefined) return false;
    const request = asked[which % Math.max(1, asked.length)];
    return reply(world, request, { ...plan, action: 'connect', participantId });
  },
});

/** An operation by the replyId so many back, or by the participant so many back. */
export const operate = (name: Operation['name'], back = 0, by: 'replyId' | 'participantId' = 'replyId'): Move => ({
  name: `${name} by the ${by} ${back} back`,
  run: (world) => {
    const id = (by === 'replyId' ? [...world.ports.claims.keys()] : participants(world)).at(-1 - back);
    if (id === undefined) return false;
    return world.operate(name, name === 'answerRemoteCall' ? { ...device, [by]: id } : { [by]: id }).ok;
  },
});

/** The operation by the newest replyId that came with the callback. */
export const operateBy = (
  name: Operation['name'],
  callback: string,
  body: { readonly [key: string]: Json } = {},
): Move => ({
  name: `${name} by the replyId of ${callback}`,
  run: (world) => {
    const told = world.ports.callbacks.sent.findLast((each) => each.name === callback);
    const replyId = told?.body.replyId;
    return typeof replyId === 'string' && world.operate(name, { ...body, replyId }).ok;
  },
});

export const place = (name: 'placeIvrCall' | 'placeRemoteCall'): Move => ({
  name,
  run: (world) => {
    const body =
      name === 'placeIvrCall'
        ? { destAddr: 'sip:b@c', maxRingTime: 20 }
        : { destinationUri: 'sip:b@c', ...device, sourceUser: '1' };
    const { ok } = world.operate(name, body);
    if (ok) world.opened += 1;
    return ok;
  },
});

export const after = (seconds: number): Move => ({
  name: `${seconds} s`,
  run: (world) => {
    if (world.busy()) return false;
    world.facts.add('time');
    world.ports.clock.advance(seconds * 1000);
    return true;
  },
});

/** Goes wrong inside the next command: the move happens before that returns. */
export const inside = (move: Move): Move => ({
  name: `inside the next command: ${move.name}`,
  run: (world) => {
    world.inside = () => void move.run(world);
    return true;
  },
});
