/** A host whose SIP and media are watched, and what a test may do in its world: nothing that could not happen there. */
import { createSessionHost, type SessionHostOptions } from '../../host.ts';
import type { LegId } from '../../ids.ts';
import type { CallbackRequest, CallbackResult } from '../../ports/callbacks.ts';
import type { DomainSettings } from '../../ports/domains.ts';
import type { SessionHost } from '../../ports/host.ts';
import type { MediaPort } from '../../ports/media.ts';
import type { MediaEvent } from '../../ports/media-event.ts';
import type { Operation, OperationOutcome } from '../../ports/operation.ts';
import type { ReplyClaims } from '../../ports/reply-id.ts';
import type { SipEvent, SipPort } from '../../ports/sip.ts';
import type { Ports } from '../../ports.ts';
import { createFakePorts, type FakePorts, testDomain } from '../fake-ports.ts';
import { isAlive, mediaRules, newWires, sipRules, type Wire, type Wires } from './wire.ts';

/** Something that may happen. False: not now, and nothing was done. */
export interface Move {
  readonly name: string;
  readonly run: (world: World) => boolean;
}

export interface World {
  readonly ports: FakePorts;
  readonly host: SessionHost;
  readonly wires: Wires;
  /** Legs in the order in which they appeared. */
  readonly legs: () => readonly Wire[];
  readonly dispatch: (event: SipEvent | MediaEvent) => void;
  /** Callbacks without an answer, oldest first. */
  readonly open: () => readonly CallbackRequest[];
  readonly answer: (request: CallbackRequest, result: CallbackResult) => void;
  readonly operate: (name: Operation['name'], body: Operation['body']) => OperationOutcome;
  /** Happens inside the next command to SIP or media, before that returns. */
  inside: (() => void) | undefined;
  /** Commands are being carried out: what ends now has some on their way to it. */
  readonly busy: () => boolean;
  /** What the far ends, the application and the clock did, as far as a reason of sessionCompleted may rest on it. */
  readonly facts: Set<string>;
  /** Which moves of a leg happened in which of its states, and which operations and answers there were. */
  readonly reached: Set<string>;
  /** Sessions that must be told of at the end. */
  opened: number;
  /** Callbacks that were looked at after a move, whom they name, and who of these had gone by then. */
  looked: number;
  readonly named: Set<string>;
  readonly gone: Set<string>;
}

interface WorldOptions {
  readonly settings?: Partial<DomainSettings>;
  readonly host?: SessionHostOptions;
  /** Stands for the host, so that faults can be put in. */
  readonly create?: typeof createSessionHost;
  readonly faulty?: (ports: Ports) => Ports;
}

const questions: ReadonlySet<string> = new Set([
  'newCall',
  'getCallIdentifier',
  'newRemoteCall',
  'callEvent',
  'getIvrCommand',
]);

type Calls = Readonly<Record<string, (...args: readonly never[]) => unknown>>;

/** The session has had its last callback, or the command that the replyId came with is not the last one. */
const isOutdated = ({ callbacks, claims }: FakePorts, name: Operation['name'], of: ReplyClaims): boolean => {
  if (callbacks.sent.some((request) => request.name === 'sessionCompleted' && request.session === of.session))
    return true;
  const newer = [...claims.values()].some(
    ({ participant, command = 0 }) => participant === of.participant && command > (of.command ?? command),
  );
  return name === 'interruptIvrCommand' && newer;
};

export const createWorld = ({ settings, host: hostOptions, create, faulty }: WorldOptions = {}): World => {
  const fakes = createFakePorts({ ...testDomain, maxSessionSeconds: 400, ...settings });
  const wires = newWires();
  const answered = new Set<CallbackRequest>();
  let depth = 0;
  const seen = <Port extends SipPort | MediaPort>(port: Port, rules: object): Port => {
    const watched = Object.entries(port as unknown as Calls).map(([call, carryOut]) => [
      call,
      (...args: readonly never[]) => {
        (rules as Calls)[call]?.(wires as never, ...args);
        carryOut(...args);
        const { inside } = world;
        world.inside = undefined;
        depth += 1;
        inside?.();
        depth -= 1;
      },
    ]);
    return Object.fromEntries(watched) as unknown as Port;
  };
  const send = (request: CallbackRequest) => {
    const there = [...wires.legs.values()].some((wire) => isAlive(wire) || wire.loose);
    if (questions.has(request.name) && !there) wires.wrong.push(`${request.name} about nobody`);
    const [one, ...others] = wires.legs.values();
    const plays = one !== undefined && [...one.jobs].some((job) => !one.stopped.has(job));
    if (request.name === 'getIvrCommand' && others.length === 0 && plays) {
      wires.wrong.push('getIvrCommand before the phrases are over');
    }
    fakes.callbacks.send(request);
  };
  const ports: Ports = {
    ...fakes,
    sip: seen(fakes.sip, sipRules),
    media: seen(fakes.media, mediaRules),
    callbacks: { ...fakes.callbacks, send },
  };
  const host = (create ?? createSessionHost)(faulty?.(ports) ?? ports, hostOptions);
  let seenRequests = 0;
  let open: readonly CallbackRequest[] = [];
  const world: World = {
    ports: fakes,
    host,
    wires,
    legs: () => [...wires.legs.values()],
    dispatch: (event) => host.dispatch(event),
    open: () => {
      const { sent } = fakes.callbacks;
      if (sent.length > seenRequests) open = [...open, ...sent.slice(seenRequests)];
      seenRequests = sent.length;
      return open;
    },
    answer: (request, result) => {
      if (answered.has(request)) throw new Error('a callback is answered once');
      answered.add(request);
      world.reached.add(`${request.name}: ${result.ok ? 'answered' : result.cause}`);
      open = world.open().filter((each) => each !== request);
      host.dispatch({ type: 'callback.result', name: request.name, token: request.token, result });
    },
    operate: (name, body) => {
      const claims = typeof body.replyId === 'string' ? fakes.claims.get(body.replyId) : undefined;
      const refused = claims !== undefined && isOutdated(fakes, name, claims);
      const outcome = host.operate({ name, domain: testDomain.name, body, ...(claims && { claims }) });
      if (outcome.ok) world.facts.add(name);
      if (outcome.ok && refused) wires.wrong.push(`${name} by an outdated replyId`);
      world.reached.add(`${name}: ${outcome.ok ? 200 : outcome.status}`);
      return outcome;
    },
    inside: undefined,
    busy: () => depth > 0,
    facts: new Set(),
    reached: new Set(),
    opened: 0,
    looked: 0,
    named: new Set(),
    gone: new Set(),
  };
  return world;
};

export const alive = (world: World): readonly Wire[] => world.legs().filter(isAlive);

export const legAt = (world: World, id: LegId): Wire | undefined => world.wires.legs.get(id);
