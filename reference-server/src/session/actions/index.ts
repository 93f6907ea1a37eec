import type { Json } from '../json.ts';
import { lacksAction } from '../lacking.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { Action } from './action.ts';
import { call } from './call.ts';
import { connect } from './connect.ts';
import { drop } from './drop.ts';
import { httpcall } from './httpcall.ts';
import { ivr } from './ivr.ts';

/** Actions by the name that the application gives. */
const actions: ReadonlyMap<string, Action> = new Map([
  ['call', call],
  ['connect', connect],
  ['drop', drop],
  ['httpcall', httpcall],
  ['ivr', ivr],
]);

/** Undefined for whatever is no name of an action that the domain has, of any type. */
export const actionNamed = (name: Json | undefined, domain: DomainSettings): Action | undefined =>
  typeof name === 'string' && !lacksAction(domain, name) ? actions.get(name) : undefined;
