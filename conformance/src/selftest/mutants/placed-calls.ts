/** placeIvrCall, placeRemoteCall and the ringing of sendRemoteCallRingback. */
import { callback, mutant, rest, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const invite = sip.request('INVITE').initial();
/** The target thinks that it has cancelled, and the called party rings on. */
const noCancel = sip.request('CANCEL').answer(200, 'OK');
const description = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  '',
];

export const placedCalls: readonly Mutant[] = [
  ...['X', 'P'].map((letter) =>
    mutant(
      `placeivrcall/one-${letter.toLowerCase()}-header-of-an-array`,
      `Of an array of ${letter}- headers the first one is sent alone`,
      `placeivrcall-${letter.toLowerCase()}-headers-array`,
      invite.set(`${letter}-Suite-Two`, (first) => first),
      { scenarios: [`placeivrcall/${letter.toLowerCase()}-headers`] },
    ),
  ),
  mutant(
    'placeivrcall/names-as-they-came',
    'Names of X- headers are sent in lower case',
    'placeivrcall-x-headers-case',
    invite.changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/^X-Suite[^:]*/, (name) => name.toLowerCase()));
    }),
    { scenarios: ['placeivrcall/x-headers'] },
  ),
  mutant(
    'placeivrcall/reference-forgotten',
    'The sessionReferenceId is not in callAnswered',
    'placeivrcall-session-reference',
    callback('callAnswered').drop('/sessionReferenceId'),
    { scenarios: ['placeivrcall/answered'] },
  ),
  mutant(
    'placeivrcall/other-instance',
    'Callbacks of a call go to the service instance of another one',
    'placeivrcall-mediaservice-id-absent',
    callback('callAnswered').edit((message) => {
      message.url = message.url.replace(/^\/[^/]*/, '/instance-of-nobody');
      return {};
    }),
    { scenarios: ['placeivrcall/answered'] },
  ),
  mutant(
    'placeivrcall/point-overlooked',
    'The point of maxRingTime is overlooked: 1.5 s are 15 s',
    'placeivrcall-max-ring-time-decimal',
    rest('placeIvrCall').request.change('/maxRingTime', (was) => Number(String(was).replace('.', ''))),
    { scenarios: ['placeivrcall/rings-out-after-1-5'] },
  ),
  mutant(
    'placeivrcall/given-up-in-silence',
    'A called party who is not waited for any longer gets no CANCEL',
    'placeivrcall-max-ring-time-cancel',
    noCancel,
    { scenarios: ['placeivrcall/rings-out-after-1'] },
  ),
  mutant(
    'placeivrcall/rings-for-ever',
    'The longest ring time of the domain does not end the ringing',
    'placeivrcall-max-ring-time-domain',
    noCancel,
    { scenarios: ['placeivrcall/rings-out-by-the-domain'] },
  ),
  mutant(
    'placeremotecall/uri-with-more',
    'The Request-URI has a parameter that is not in the destinationUri',
    'placeremotecall-sends-invite',
    invite.changing((message) => {
      message.start = message.start.replace(/ SIP\/2\.0$/, ';more=yes SIP/2.0');
    }),
    { scenarios: ['placeremotecall/pcmu'] },
  ),
  mutant(
    'placeremotecall/any-codec',
    'placeRemoteCall takes a codec that the Cloud UA does not know',
    'placeremotecall-codec-unknown',
    rest('placeRemoteCall')
      .when(({ asked }) => asked?.body.codec === 'G729')
      .status(200, { success: true }),
    { scenarios: ['placeremotecall/refused'] },
  ),
  mutant(
    'placeremotecall/rang-out-otherwise',
    'A call that rang out has another reason than noAnswer',
    'placeremotecall-max-ring-time-domain',
    callback('sessionCompleted').set('/reason', 'rejected'),
    { scenarios: ['placeremotecall/rings-out-by-the-domain'] },
  ),
  mutant(
    'sendremotecallringback/with-description',
    'The 180 has SDP',
    'sendremotecallringback-status-180',
    sip.response('INVITE', 180).changing((message) => {
      message.set('Content-Type', 'application/sdp').body = description.join('\r\n');
    }),
    { scenarios: ['sendremotecallringback/sent'] },
  ),
];
