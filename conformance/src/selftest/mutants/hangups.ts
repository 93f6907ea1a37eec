/** hangupCall, hangupParticipant, hangupRemoteParticipant: what ends, how, and who is refused. */
import { callback, mutant, rest, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

/** The target thinks that its request was answered; whom it was for never hears of it. */
const unsent = (method: 'BYE' | 'CANCEL') => sip.request(method).answer(200, 'OK');

/** What a target is refused with that takes everything. */
const taken = { success: true };

const event = ({ sessionId, domain = 'conformance.example' }: Readonly<Record<string, unknown>>) => ({
  ...{ sessionId, domain, event: 'callingPartyDrop', connectionId: 'c', replyId: 'r' },
  ...{ participantId: 'p', remoteParticipantId: 'q', user: '1', remoteUser: '2' },
});

export const hangups: readonly Mutant[] = [
  mutant(
    'hangupcall/far-end-stays',
    'The far end of a call that hangupCall ends gets no BYE',
    'hangupcall-ends-call',
    unsent('BYE'),
    { scenarios: ['hangupcall/outbound-answered'] },
  ),
  mutant(
    'hangupcall/declined-otherwise',
    'A waiting call is refused with 486 in place of 603',
    'hangupcall-before-answer-603',
    sip.response('INVITE', 603).status(486, 'Busy Here'),
    { scenarios: ['hangupcall/inbound-waiting'] },
  ),
  mutant(
    'hangupcall/rings-on',
    'A far end that rings gets no CANCEL',
    'hangupcall-outbound-ringing',
    unsent('CANCEL'),
    { scenarios: ['hangupcall/outbound-ringing'] },
  ),
  mutant(
    'hangupparticipant/asks-for-nobody',
    'After the only party of an IVR session was hung up a callEvent follows',
    'hangupparticipant-ivr-ends-call',
    callback('sessionCompleted').besides('callEvent', event),
    { scenarios: ['hangupparticipant/by-session-id'] },
  ),
  mutant(
    'hangupparticipant/rings-on',
    'A called party who rings gets no CANCEL',
    'hangupparticipant-ringing-cancel',
    unsent('CANCEL'),
    { scenarios: ['hangupparticipant/outbound-ringing'] },
  ),
  mutant(
    'hangupremoteparticipant/rings-on',
    'A counterpart who rings gets no CANCEL',
    'hangupremoteparticipant-ringing-cancel',
    unsent('CANCEL'),
    { scenarios: ['hangupremoteparticipant/ringing'] },
  ),
  mutant(
    'hangupremoteparticipant/anybody',
    'hangupRemoteParticipant of nobody is taken',
    'hangupremoteparticipant-unknown-participant',
    rest('hangupRemoteParticipant')
      .when(({ status }) => status === 404)
      .status(200, taken),
  ),
  mutant(
    'hangupremoteparticipant/nothing-named',
    'hangupRemoteParticipant that names nobody is taken',
    'hangupremoteparticipant-nothing-named',
    rest('hangupRemoteParticipant')
      .when(({ status }) => status === 400)
      .status(200, taken),
  ),
];
