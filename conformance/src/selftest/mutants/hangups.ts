/** hangupCall, hangupParticipant, hangupRemoteParticipant: what ends, how, and who is refused. */
import { callback, mutant, rest, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

/** The target sends a request of another method, and thinks that the right one was answered. */
const instead = (method: 'BYE' | 'CANCEL', other: 'BYE' | 'CANCEL') =>
  sip.request(method).edit((message) => {
    const answered = message.response(200, 'OK');
    message.start = message.start.replace(method, other);
    message.set('CSeq', message.get('CSeq')?.replace(method, other));
    return { back: [answered] };
  });

/** What a target is refused with that takes everything. */
const taken = { success: true };

const event = ({ sessionId, domain = 'conformance.example' }: Readonly<Record<string, unknown>>) => ({
  ...{ sessionId, domain, event: 'callingPartyDrop', connectionId: 'c', replyId: 'r' },
  ...{ participantId: 'p', remoteParticipantId: 'q', user: '1', remoteUser: '2' },
});

export const hangups: readonly Mutant[] = [
  mutant(
    'hangupcall/cancelled-after-the-answer',
    'The far end of an answered call gets CANCEL in place of BYE',
    'hangupcall-ends-call',
    instead('BYE', 'CANCEL'),
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
    'hangupcall/bye-while-it-rings',
    'A far end that rings gets BYE in place of CANCEL',
    'hangupcall-outbound-ringing',
    instead('CANCEL', 'BYE'),
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
    'hangupparticipant/bye-while-it-rings',
    'A called party who rings gets BYE in place of CANCEL',
    'hangupparticipant-ringing-cancel',
    instead('CANCEL', 'BYE'),
    { scenarios: ['hangupparticipant/outbound-ringing'] },
  ),
  mutant(
    'hangupremoteparticipant/bye-while-it-rings',
    'A counterpart who rings gets BYE in place of CANCEL',
    'hangupremoteparticipant-ringing-cancel',
    instead('CANCEL', 'BYE'),
    { scenarios: ['hangupremoteparticipant/ringing'] },
  ),
  mutant(
    'hangupremoteparticipant/ends-the-one-named',
    'hangupRemoteParticipant ends the leg of the participant that is named',
    'hangupremoteparticipant-ends-counterpart',
    [
      callback('callAnswered').edit(({ body }, memory) => {
        memory.set('parties', [body.callerParticipantId, body.calleeParticipantId]);
        return undefined;
      }),
      rest('hangupRemoteParticipant').request.json((json, _message, memory) => {
        const [one, other] = (memory.get('parties') as readonly unknown[] | undefined) ?? [];
        const { participantId } = Object(json) as { readonly participantId?: unknown };
        return { ...Object(json), participantId: participantId === one ? other : one };
      }),
    ],
    { scenarios: ['hangupremoteparticipant/of-the-caller'] },
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
