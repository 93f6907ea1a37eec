import type { Action } from './action.ts';
import { call } from './call.ts';
import { connect } from './connect.ts';
import { drop } from './drop.ts';
import { ivr } from './ivr.ts';

/** Actions by the name that the application gives. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ['call', call],
  ['connect', connect],
  ['drop', drop],
  ['ivr', ivr],
]);

/** Actions of the document that this server does not carry out; told apart from misspelt ones in the alarm. */
export const unavailable: ReadonlySet<string> = new Set(['httpcall']);
