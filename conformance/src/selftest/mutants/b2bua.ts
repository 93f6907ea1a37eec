import { callback, mutant, rtp, sip } from '../dsl/index.ts';
import type { Memory, Mutant, RtpRewrite, SipRewrite } from '../types.ts';
import type { SipText } from '../wires/sip-text.ts';
import { codecs } from './b2bua/codecs.ts';
import { anew, noted, ofTransaction } from './support.ts';

const reinvite = (leg: 'caller' | 'callee', call = 1): ReturnType<typeof sip.any> =>
  sip.request('INVITE').leg(leg, call).inDialog();

/** Descriptions of one direction have another one. */
const direction = (wire: ReturnType<typeof sip.any>, from: string, to: string): SipRewrite =>
  wire.withSdp().sdp((line) => (line === `a=${from}` ? `a=${to}` : line));

/** A tone for one leg, once something was noted. */
const toneAfter = (what: string, leg: 'caller' | 'callee', hertz: number): RtpRewrite =>
  rtp
    .leg(leg)
    .samples((pcm, { timestamp }, memory) =>
      memory.has(what)
        ? pcm.map((one, i) => one / 2 + 8000 * Math.sin((2 * Math.PI * hertz * (timestamp + i)) / 8000))
        : pcm,
    );

const offer = (memory: Memory): SipText | undefined => memory.get('offer') as SipText | undefined;

const early: readonly Mutant[] = [
  mutant(
    'b2bua/early-media-as-ringing',
    'A called party that is heard before its answer is told as 180',
    'b2bua-early-media',
    sip.response('INVITE', 183).withSdp().status(180, 'Ringing'),
    { scenarios: ['b2bua/early-media-183'] },
  ),
  mutant(
    'b2bua/early-media-unheard',
    'What the called party sends before its answer is silence for the caller',
    'b2bua-early-media',
    rtp.leg('caller').silence(),
    { scenarios: ['b2bua/early-media-180'] },
  ),
  mutant(
    'b2bua/early-media-in-spite-of-tone',
    'With a ringing tone the caller hears the called party besides',
    'b2bua-early-media-not-asked',
    rtp.leg('caller').tone(1300),
    { scenarios: ['b2bua/early-media-default'] },
  ),
  mutant(
    'b2bua/prack-of-another',
    'PRACK names another provisional response',
    'b2bua-prack-sent',
    sip.request('PRACK').set('RAck', (was) => was?.replace(/^\d+/, '1')),
  ),
  mutant(
    'b2bua/no-100rel',
    'INVITE does not say that reliable provisional responses are understood',
    'b2bua-prack-sent',
    sip
      .request('INVITE')
      .leg('callee')
      .set('Supported', (was) => was?.replace(/\s*\b100rel\b\s*,?/, '')),
    { scenarios: ['b2bua/reliable-on-both-legs'] },
  ),
  mutant(
    'b2bua/both-branches-heard',
    'Of two early dialogs the one that did not answer is heard too',
    'b2bua-early-dialogs',
    [noted(callback('callAnswered'), 'answered'), toneAfter('answered', 'caller', 1700)],
    { scenarios: ['b2bua/forked-invite'] },
  ),
  mutant(
    'b2bua/later-answer-kept',
    'A 200 of another early dialog gets no BYE',
    'b2bua-later-answer',
    sip
      .request('BYE')
      .when((message) => /tag=fork-two/.test(message.get('To') ?? ''))
      .lose(),
    { scenarios: ['b2bua/forked-invite'] },
  ),
  mutant(
    'b2bua/no-codec-told-otherwise',
    'A caller without a codec in common gets 480',
    'b2bua-offer-checked-first',
    sip.response('INVITE', 488).status(480),
  ),
  mutant(
    'b2bua/rtp-before-description',
    'The ringing tone begins before the response that describes it',
    'b2bua-rtp-after-description',
    sip.response('INVITE', 101, 199).withSdp().late(600),
    { scenarios: ['b2bua/ringback-after-183'] },
  ),
  mutant(
    'b2bua/description-changed',
    'The 200 has another SDP than the 183',
    'b2bua-description-kept',
    sip
      .response('INVITE', 200)
      .nth(1)
      .sdp((line) => (line.startsWith('s=') ? 's=other' : line)),
    { scenarios: ['b2bua/httpcall-after-early-media'] },
  ),
];

const hold: readonly Mutant[] = [
  mutant(
    'b2bua/hold-not-told',
    'The re-INVITE to the other party does not hold',
    'b2bua-hold-passed-on',
    direction(reinvite('callee'), 'sendonly', 'sendrecv'),
    { scenarios: ['b2bua/hold-caller-invite'] },
  ),
  mutant(
    'b2bua/resumption-not-told',
    'The re-INVITE to the other party does not resume',
    'b2bua-hold-passed-on',
    direction(reinvite('caller'), 'sendrecv', 'sendonly'),
    { scenarios: ['b2bua/hold-callee-update'] },
  ),
  mutant(
    'b2bua/holder-unheard',
    'A party that holds is not heard any more',
    'b2bua-hold-passed-on',
    rtp.toTarget.leg('caller').silence(),
    { scenarios: ['b2bua/hold-caller-update'] },
  ),
  mutant(
    'b2bua/next-party-not-held',
    'The next party is not told that the caller holds',
    'b2bua-hold-next-party',
    direction(reinvite('callee', 2), 'sendonly', 'sendrecv'),
  ),
  mutant(
    'b2bua/still-held',
    'A caller whose party held and left is held again',
    'b2bua-held-resumed',
    direction(reinvite('caller'), 'sendrecv', 'sendonly'),
    { scenarios: ['b2bua/held-resumed-ivr'] },
  ),
  mutant(
    'b2bua/glare-retried-at-once',
    'A re-INVITE that got 491 comes again at once',
    'b2bua-glare-retry',
    [
      reinvite('callee').edit((message, _passage, memory) => {
        memory.set('offer', anew(message));
        return {};
      }),
      sip
        .request('ACK')
        .toTarget.leg('callee')
        .edit((_message, _passage, memory) => {
          const again = offer(memory);
          return again && { back: [again] };
        }),
      sip
        .response('INVITE', 200)
        .toTarget.leg('callee')
        .edit((message, _passage, memory) => {
          const again = offer(memory);
          const ours = again !== undefined && message.get('CSeq') === again.get('CSeq');
          return ours ? { lost: true, back: [ofTransaction(again, 'ACK')] } : undefined;
        }),
    ],
    { scenarios: ['b2bua/glare-callee'] },
  ),
  mutant(
    'b2bua/glare-resumes',
    'A re-INVITE that got 491 offers something else when it comes again',
    'b2bua-glare-retry',
    direction(reinvite('caller').from(2), 'sendonly', 'sendrecv'),
    { scenarios: ['b2bua/glare-caller'] },
  ),
  mutant(
    'b2bua/dialog-gone-told-otherwise',
    'A party who answers a re-INVITE with 481 is told to have refused',
    'b2bua-reinvite-dialog-gone',
    callback('callEvent').set('/event', 'calledPartyRejected'),
    { scenarios: ['alarms/reinvite-481'] },
  ),
];

const negotiation: readonly Mutant[] = [
  mutant(
    'b2bua/event-type-of-the-other',
    'Keys come under the payload type of the party that pressed them',
    'b2bua-event-type-per-leg',
    rtp.leg('callee').events.set({ payloadType: 97 }),
  ),
  mutant('b2bua/event-twice', 'A key comes as two events', 'b2bua-event-type-per-leg', rtp.leg('caller').doubleKey(1)),
  mutant(
    'b2bua/late-offer-without-pcma',
    'The offer in the 200 lists another codec first',
    'b2bua-late-offer',
    sip
      .response('INVITE', 200)
      .withSdp()
      .sdp((line) => line.replace(/^(m=audio \d+ \S+) 0 8/, '$1 8 0')),
    { scenarios: ['b2bua/late-offer'] },
  ),
  mutant(
    'b2bua/offer-in-the-180',
    'A caller without an offer is rung with SDP',
    'b2bua-late-offer',
    sip.response('INVITE', 180).changing((message) => {
      message.set('Content-Type', 'application/sdp').body = 'v=0\r\n';
    }),
    { scenarios: ['b2bua/late-offer'] },
  ),
  mutant(
    'b2bua/offer-keeps-the-hold',
    'The offer to a re-INVITE without SDP keeps to a hold of before',
    'b2bua-offer-on-request',
    direction(sip.response('INVITE', 200).leg('caller').from(3), 'sendrecv', 'recvonly'),
    { scenarios: ['b2bua/offer-on-request-caller'] },
  ),
  mutant(
    'b2bua/offer-of-one-codec',
    'The offer to a re-INVITE without SDP has the codec of before alone',
    'b2bua-offer-on-request',
    sip
      .response('INVITE', 200)
      .leg('caller')
      .from(3)
      .sdp((line) => line.replace(/^(m=audio \d+ \S+).*/, '$1 8')),
    { scenarios: ['b2bua/offer-on-request-caller'] },
  ),
  mutant(
    'b2bua/fax-taken',
    'A stream of T.38 that a re-INVITE adds is accepted',
    'b2bua-other-media',
    sip
      .response('INVITE', 200)
      .inDialog()
      .sdp((line) => line.replace(/^m=image 0/, 'm=image 9')),
  ),
  mutant(
    'b2bua/refresh-without-interval',
    'A 200 to a refresh does not tell the interval',
    'b2bua-refresh',
    sip.response('UPDATE', 200).leg('callee').drop('Session-Expires'),
    { scenarios: ['b2bua/refresh-by-update'] },
  ),
  mutant(
    'b2bua/deaf-in-the-second-session',
    'A caller who was connected from another session hears nobody any more',
    'b2bua-any-order',
    [
      noted(callback('sessionCompleted'), 'moved'),
      rtp.leg('caller').samples((pcm, _packet, memory) => (memory.has('moved') ? pcm.fill(0) : pcm)),
    ],
  ),
  mutant(
    'b2bua/rtp-into-the-void',
    'RTP goes to the address in SDP that nobody has',
    'b2bua-signalling-host',
    rtp.leg('caller').lose(),
    { scenarios: ['b2bua/behind-a-nat-private'] },
  ),
];

export const b2bua: readonly Mutant[] = [early, hold, codecs, negotiation].flat();
