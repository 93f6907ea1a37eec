import { pause } from '../../drivers/promises.ts';
import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const getcallidentifier: readonly Mutant[] = [
  mutant(
    'getcallidentifier/newcall-besides',
    'newCall is sent besides getCallIdentifier',
    'getcallidentifier-instead-of-newcall',
    callback('getIvrCommand').besides('newCall', ({ sessionId, sessionReferenceId, ivrServer }) => ({
      ...{ sessionId, sessionReferenceId, ivrServer, calledParty: '1', callingParty: '2' },
    })),
    { scenarios: ['getcallidentifier/asks-and-goes-to-the-ivr'] },
  ),
  mutant(
    'getcallidentifier/answered-first',
    'The call is answered before getCallIdentifier is sent',
    'getcallidentifier-goes-to-ivr',
    [
      callback('getCallIdentifier').edit(({ body: { sessionId } }) => ({
        answer: { status: 200, json: { sessionId } },
        until: pause(300),
      })),
      // It is the first callback still.
      ...['callAnswered', 'getIvrCommand'].map((name) => callback(name).late(600)),
    ],
    { scenarios: ['getcallidentifier/without-reference'] },
  ),
  mutant(
    'getcallidentifier/failed-otherwise',
    'A failed getCallIdentifier ends the call with 503',
    'getcallidentifier-failed',
    sip.response('INVITE', 480).status(503, 'Service Unavailable'),
    { scenarios: ['getcallidentifier/failed-status-500'] },
  ),
];
