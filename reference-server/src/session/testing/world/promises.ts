/** What holds in every world: after each move, and when all is over. */
import { validateCallbackBody } from '@mediaservice/spec';
import type { CallbackRequest } from '../../ports/callbacks.ts';
import type { OperationName } from '../../ports/operation.ts';
import { testDomain } from '../fake-ports.ts';
import { farEndMoves, onLeg } from './far-end.ts';
import { mediaMoves, recordings } from './media.ts';
import { isAlive } from './wire.ts';
import type { World } from './world.ts';

/** Plain comparison: `expect` would cost more than the session does. */
const hold = (promise: string, kept: boolean, found?: unknown) => {
  if (!kept) throw new Error(`${promise}${found === undefined ? '' : `: ${JSON.stringify(found)}`}`);
};

/** Whom a callEvent asks for: of a split its own party, else the one who remains. */
const askedFor = ({ event, participantId, remoteParticipantId }: CallbackRequest['body']) =>
  String(/Split$/.test(String(event)) ? participantId : remoteParticipantId);

/** An operation that is refused either way tells whether the participant is still there. */
const isGone = ({ host }: World, participantId: string): boolean => {
  const outcome = host.operate({ name: 'answerRemoteCall', domain: testDomain.name, body: { participantId } });
  return !outcome.ok && outcome.status === 404;
};

/** Who had gone before this move is not asked for in it. */
const holdNobodyGoneIsAskedFor = (world: World) => {
  const fresh = world.ports.callbacks.sent.slice(world.looked);
  world.looked += fresh.length;
  for (const { name, body } of fresh) {
    if (name === 'callEvent') hold('nobody is asked for who is gone', !world.gone.has(askedFor(body)), body);
    for (const key of ['callerParticipantId', 'calleeParticipantId', 'participantId', 'remoteParticipantId']) {
      const id = body[key];
      if (typeof id === 'string' && !world.gone.has(id)) world.named.add(id);
    }
  }
  for (const id of world.named) {
    if (isGone(world, id) && world.named.delete(id)) world.gone.add(id);
  }
};

/** After each move: one question at a time, and the books of the host are those of the world. */
export const holdNow = (world: World) => {
  const { wires, ports, host } = world;
  holdNobodyGoneIsAskedFor(world);
  hold('no command is wrong for its leg', wires.wrong.length === 0, wires.wrong);
  const asking = new Set<string>();
  const alarmed = new Set<string>();
  const alive = world.legs().filter(isAlive);
  for (const { name, session = '' } of world.open()) {
    if (name === 'alarm') {
      alarmed.add(session);
      continue;
    }
    hold('one callback at a time', !asking.has(session));
    asking.add(session);
    if (name === 'sessionCompleted') hold('sessionCompleted waits for alarms', !alarmed.has(session));
  }
  const { legs, timers } = host.stats();
  hold('the legs of the host are those of the world', legs === alive.length, { legs, alive });
  hold('the timers of the host are those of the clock', timers === ports.clock.pending());
  for (const wire of world.legs()) {
    const port = wire.media === 'opening' || wire.media === 'open';
    const deaf = wire.hears.filter((leg) => wires.legs.get(leg)?.media !== 'open');
    hold('a monitor hears the parties of a call', deaf.length === 0, wire.id);
    hold('no port without a call', !port || (isAlive(wire) && wire.sip !== 'cancelling'), wire.id);
  }
  const errors = ports.logged.filter(({ level }) => level === 'error');
  hold(
    'no rule failed',
    errors.length === 0,
    errors.map(({ fields }) => String((fields as { err?: unknown }).err)),
  );
};

/** What is owed to the sessions, in the order in which it comes. */
const owed: readonly string[] = ['487', 'opened', 'updated', 'offer made', 're-INVITE gets 200', 'played', 'ACK'];
const leaves: readonly string[] = ['CANCEL', '486', 'BYE', 'no ACK'];
const legMoves = { ...farEndMoves, ...mediaMoves };

const onAll = (world: World, names: readonly string[]): boolean => {
  let any = false;
  for (const place of world.legs().keys()) {
    for (const name of names) any = onLeg(legMoves, name, place).run(world) || any;
  }
  return any;
};

const answerAll = (world: World): boolean => {
  const [request] = world.open();
  if (request === undefined) return false;
  const { name } = request;
  const last = { newCall: { action: 'drop' }, callEvent: { action: 'drop' }, getIvrCommand: { hangup: true } }[
    name as 'newCall'
  ];
  world.facts.add('drop').add('answer');
  world.answer(request, { ok: true, status: 200, body: last ?? {} });
  return true;
};

const settled = (world: World): boolean => {
  let any = onAll(world, owed);
  for (const move of recordings) any = move.run(world) || any;
  return answerAll(world) || any;
};

/** More rounds than any world needs; one that goes on is a loop of the rules. */
const rounds = 500;

const repeat = (work: () => boolean) => {
  for (let round = 0; work(); round += 1) hold('the world comes to rest', round < rounds);
};

/** Whoever is still there when everything is answered talks, is served by a timer, or has its media elsewhere. */
const holdNobodyInLimbo = ({ host, legs }: World) => {
  const { sessions, timers } = host.stats();
  // One timer of a session is the one for its longest duration.
  if (timers > sessions) return;
  const waiting = legs().filter(({ sip, media, joined, hears }) => {
    const isServed = joined !== undefined || hears.length > 0 || media !== 'open';
    return sip === 'confirmed' && !isServed;
  });
  hold('nobody is left in limbo', waiting.length === 0, waiting);
  for (const { joined, told, refused } of legs()) {
    const other = legs().find(({ id }) => id === joined);
    const knows = other === undefined || refused || told === other.direction;
    hold('each knows of the hold of the other', knows, { told, of: other?.direction });
  }
};

/** Whatever is owed comes, everybody leaves, and no time passes. */
export const everybodyLeaves = (world: World) => {
  world.inside = undefined;
  repeat(() => onAll(world, owed));
  const unanswered = world.legs().filter(({ sip, offers }) => sip !== 'over' && offers.size > 0);
  hold('each offer of a far end is answered', unanswered.length === 0, unanswered);
  repeat(() => settled(world));
  holdNobodyInLimbo(world);
  repeat(() => settled(world) || onAll(world, leaves));
};

/** Nobody ever does anything again: media is silent, the application does not answer, CANCEL gets nothing. */
export const nobodyActs = (world: World) => {
  world.inside = undefined;
  repeat(() => {
    const before = world.ports.clock.pending();
    world.ports.clock.advance(10_000_000);
    world.facts.add('time').add('no answer of the application');
    const [request] = world.open();
    if (request) world.answer(request, { ok: false, cause: 'timeout', detail: 'x' });
    return onAll(world, ['no CANCEL answer']) || before > 0 || request !== undefined;
  });
};

const unique = (values: readonly unknown[]): boolean => new Set(values.map(String)).size === values.length;

/** Which happenings a reason may rest on. */
const causes: Readonly<Record<string, readonly string[]>> = {
  cancelled: ['CANCEL'],
  callingPartyDrop: ['bye'],
  calledPartyDrop: ['bye'],
  applicationHangup: ['hangupCall', 'hangupParticipant', 'hangupRemoteParticipant'],
  rejected: ['refused', 'drop'],
  completed: ['answer'],
  noAnswer: ['no answer', 'time'],
  maxDuration: ['time'],
};

const byId: readonly OperationName[] = ['hangupParticipant', 'interruptIvrCommand', 'splitConnection', 'stopRecording'];

/** When all is over. `whole`: the bodies are held to the API's schemas too, which costs more than everything else. */
export const holdAtEnd = (world: World, whole = false) => {
  const { ports, host, wires } = world;
  const { sent, forgotten } = ports.callbacks;
  const { stats } = host;
  hold(
    'nothing is left',
    Object.values(stats()).every((count) => count === 0),
    stats(),
  );
  hold('no timer is left', ports.clock.pending() === 0);
  hold('nobody waits for an answer', world.open().length === 0);
  const of = (name: string) => sent.filter((request) => request.name === name);
  const told = new Map(of('sessionCompleted').map((request) => [request.session, request]));
  hold('one sessionCompleted', told.size === world.opened && of('sessionCompleted').length === world.opened);
  hold('callbacks are forgotten once', forgotten.length === world.opened && unique(forgotten));
  for (const [session, last] of told) {
    hold('no callback after sessionCompleted', sent.findLast((request) => request.session === session) === last);
  }
  const alarms = new Set(of('alarm').map(({ session, body }) => `${session} ${body.error}`));
  for (const [session, { body }] of told) {
    const reason = String(body.reason);
    const rests = causes[reason]?.some((fact) => world.facts.has(fact)) ?? true;
    hold('the reason has a cause', rests, { reason, facts: [...world.facts] });
    hold('maxDuration is told', (reason === 'maxDuration') === alarms.has(`${session} maxDuration`), reason);
  }
  for (const { session } of of('alarm')) hold('every alarm belongs', told.has(session));
  const bodies = (name: string) => of(name).map(({ body }) => body);
  hold('callAnswered once a party', unique(bodies('callAnswered').map((b) => [b.connectionId, b.calleeParticipantId])));
  const rung = bodies('callNotify').filter(({ event }) => event === 'ringing');
  hold('ringing once a leg', unique(rung.map((b) => b.participantId)));
  const events = bodies('callEvent');
  hold('callEvent once a party', unique(events.map((b) => [b.connectionId, b.participantId])));
  for (const { connectionId } of events) {
    const split = events.filter((b) => b.connectionId === connectionId).map((b) => /Split$/.test(String(b.event)));
    hold('a connection ends once', split.every(Boolean) ? split.length <= 2 : split.length === 1, split);
  }
  hold('recordingReady for each recording', of('recordingReady').length === wires.recordings.size);
  for (const [id, { state }] of wires.recordings) hold('each recording is stopped', state !== 'running', id);
  for (const wire of world.legs()) hold('each endpoint is closed', wire.media !== 'open' && wire.media !== 'opening');
  for (const { body } of of('alarm')) world.reached.add(`raised ${String(body.error).replace(/: .*/, '')}`);
  for (const { body } of told.values()) world.reached.add(`reason: ${body.reason}`);
  for (const { body } of of('callEvent')) world.reached.add(`event: ${body.event}`);
  for (const replyId of ports.claims.keys()) {
    for (const name of byId) {
      const outcome = world.operate(name, { replyId });
      hold('no command on what is over', !outcome.ok && outcome.status === 404, outcome);
    }
  }
  if (!whole) return;
  for (const { name, body } of sent) {
    const faults = validateCallbackBody(name, JSON.parse(JSON.stringify(body)));
    hold(`${name} is what the API says`, faults.length === 0, faults);
  }
};
