import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

/** Written differently, the relay of the proxies does not know the device's address, and stands between it and the far end. */
const relayed = sip
  .any()
  .withSdp()
  .sdp((line) => line.replace(/^c=IN IP4 127\.\d+\.\d+\.(?=\d+$)/, (all) => `${all}0`));

export const cloudUa: readonly Mutant[] = [
  mutant(
    'cloud-ua/untold-refused-otherwise',
    'When newRemoteCall fails the caller gets 503',
    'cloud-ua-incoming-callback-fails',
    sip.response('INVITE', 480).status(503, 'Service Unavailable'),
  ),
  mutant(
    'cloud-ua/cancelled-as-rejected',
    'A call that its caller cancels ends with the reason rejected',
    'cloud-ua-incoming-cancelled',
    callback('sessionCompleted').set('/reason', 'rejected'),
  ),
  mutant(
    'cloud-ua/unanswered-as-rejected',
    'A call that nobody answers ends with the reason rejected',
    'cloud-ua-incoming-unanswered',
    callback('sessionCompleted').set('/reason', 'rejected'),
  ),
  mutant(
    'cloud-ua/incoming-notified',
    'An incoming call leads to a callNotify',
    'cloud-ua-incoming-flow',
    callback('callAnswered').besides('callNotify', ({ sessionId, sessionReferenceId }) => ({
      ...{ sessionId, sessionReferenceId, event: 'ringing', participantId: 'p', replyId: 'r' },
    })),
    { scenarios: ['cloud-ua/incoming'] },
  ),
  mutant(
    'cloud-ua/relays-rtp',
    'RTP of a call that a device handles itself goes through the service',
    'cloud-ua-rtp-direct',
    relayed,
    { scenarios: ['cloud-ua/outgoing'] },
  ),
  mutant(
    'cloud-ua/gsm-told-as-pcmu',
    'callAnswered of a call in GSM names PCMU',
    'cloud-ua-gsm',
    callback('callAnswered').set('/codec', 'PCMU'),
    { scenarios: ['cloud-ua/gsm'] },
  ),
  mutant(
    'cloud-ua/gsm-to-elsewhere',
    'The far end of a call in GSM is told another port than that of the device',
    'cloud-ua-gsm',
    sip
      .request('INVITE')
      .withSdp()
      .sdp((line) => line.replace(/^m=audio \d+/, 'm=audio 8')),
    { scenarios: ['cloud-ua/gsm'] },
  ),
  mutant(
    'cloud-ua/callbacks-mixed-up',
    'callAnswered of the second of two calls tells of the first',
    'cloud-ua-sessions-apart',
    callback('callAnswered').json((json, { body }, memory) => {
      const first = memory.get('first') ?? body.remotePartyNumber;
      memory.set('first', first);
      return { ...(json as object), remotePartyNumber: first };
    }),
    { scenarios: ['cloud-ua/two-at-once'] },
  ),
];
