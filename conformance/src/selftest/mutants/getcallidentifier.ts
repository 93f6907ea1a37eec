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
    'getcallidentifier/failed-otherwise',
    'A failed getCallIdentifier ends the call with 503',
    'getcallidentifier-failed',
    sip.response('INVITE', 480).status(503, 'Service Unavailable'),
    { scenarios: ['getcallidentifier/failed-status-500'] },
  ),
];
