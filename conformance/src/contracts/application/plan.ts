/** In which order the requests of the callback contract are replayed: as in calls, one after the other. Pure. */
import { type CallbackName, callbackNames, isCallbackName, type JsonObject } from '@mediaservice/spec';
import { isObject } from '../../drivers/http.ts';
import type { PactFile } from '../committed.ts';
import { askedFor } from '../recorded.ts';

/** A request to replay. */
export interface Step {
  readonly name: CallbackName;
  /** Which situation it is: `getIvrCommand after maxDigits`. */
  readonly asked: string;
  readonly body: JsonObject;
  /** It begins a call: it and what follows have a session of their own. */
  readonly begins: boolean;
}

/** Callbacks in the order of a call. */
const order: readonly CallbackName[] = [
  'getCallIdentifier',
  'newRemoteCall',
  'newCall',
  'callNotify',
  'callAnswered',
  'getIvrCommand',
  'callEvent',
  'recordingReady',
  'alarm',
  'sessionCompleted',
];
const opening = new Set<CallbackName>(['getCallIdentifier', 'newRemoteCall', 'newCall']);

/**
 * Each situation of the contract once. Of a session only one end is told, so every further sessionCompleted has a call of its own.
 * @param names callbacks to replay; undefined: all.
 */
export function plan(contract: PactFile, names: ReadonlySet<string> = new Set(callbackNames)): readonly Step[] {
  const known = new Map<string, Step>();
  for (const { request } of contract.interactions) {
    const name = request.path.slice(request.path.lastIndexOf('/') + 1);
    if (!isCallbackName(name) || !names.has(name) || !isObject(request.body)) continue;
    const asked = askedFor(name, request.body);
    if (!known.has(asked)) known.set(asked, { name, asked, body: request.body, begins: opening.has(name) });
  }
  const steps = [...known.values()].toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const newCall = known.get('newCall');
  let ended = false;
  return steps.flatMap((step) => {
    if (step.name !== 'sessionCompleted') return [step];
    const again = ended && newCall !== undefined ? [newCall] : [];
    ended = true;
    return [...again, step];
  });
}
