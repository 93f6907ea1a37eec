import { callback, mutant, rtp, sip } from '../dsl/index.ts';
import type { Memory, Mutant } from '../types.ts';
import { copy, noCopies, ofTransaction, parameter, values } from './support.ts';

const refusals = (): ReturnType<typeof sip.any> => sip.response('INVITE', 400, 699);

const responses: readonly Mutant[] = [
  mutant(
    'sip/trying-late',
    'The 100 to an INVITE comes after 600 ms',
    'sip-trying',
    sip.response('INVITE', 100).late(600),
  ),
  mutant('sip/no-trying', 'No 100 is sent', 'sip-trying', sip.response('INVITE', 100).lose()),
  mutant('sip/no-to-tag', 'A refusal has no To tag', 'sip-to-tag', refusals().set('To', parameter('tag')), {
    scenarios: ['sip/response-headers'],
  }),
  mutant(
    'sip/other-to-tag',
    'The response to a re-INVITE has another To tag',
    'sip-to-tag',
    sip.response('INVITE', 200).inDialog().set('To', parameter('tag', 'other')),
    { scenarios: ['sip/reinvite'] },
  ),
  mutant(
    'sip/via-out-of-order',
    'Responses have the Via values in another order',
    'sip-headers-copied',
    refusals().changing((message) => {
      values(message, 'Via', ([top = '', ...others]) => [top, ...others.toReversed()]);
    }),
    { scenarios: ['sip/response-headers'] },
  ),
  mutant(
    'sip/from-mended',
    'Responses have a From without its parameters',
    'sip-headers-copied',
    refusals().set('From', (was) => was?.replace(/;x=1>/, '>')),
    { scenarios: ['sip/response-headers'] },
  ),
  mutant(
    'sip/record-route-reversed',
    'The 200 has Record-Route in reverse order',
    'sip-record-route',
    sip.response('INVITE', 200).changing((message) => {
      values(message, 'Record-Route', (routes) => routes.toReversed());
    }),
    { scenarios: ['sip/record-route'] },
  ),
  mutant(
    'sip/no-record-route',
    'The 200 has no Record-Route',
    'sip-record-route',
    sip.response('INVITE', 200).drop('Record-Route'),
    { scenarios: ['sip/record-route'] },
  ),
  mutant('sip/no-route', 'BYE has no Route', 'sip-record-route', sip.request('BYE').drop('Route'), {
    scenarios: ['sip/record-route'],
  }),
  mutant(
    'sip/no-contact-in-200',
    'The 200 to INVITE has no Contact',
    'sip-contact-in-200',
    sip.response('INVITE', 200).drop('Contact'),
    { scenarios: ['sip/record-route'] },
  ),
  mutant(
    'sip/contact-of-nobody',
    'Requests to the Contact of the 200 are refused',
    'sip-contact-in-200',
    sip.request('OPTIONS').toTarget.answer(481),
    { scenarios: ['sip/contact-is-reached'] },
  ),
  mutant(
    'sip/wrong-rport',
    'rport is not the port that the request came from',
    'sip-rport',
    refusals().set('Via', parameter('rport', '9')),
    { scenarios: ['sip/rport'] },
  ),
  mutant('sip/no-received', 'Via has no received', 'sip-received', refusals().set('Via', parameter('received')), {
    scenarios: ['sip/rport'],
  }),
];

const transactions: readonly Mutant[] = [
  mutant(
    'sip/ok-once',
    'The 200 to INVITE is sent once',
    'sip-ok-retransmitted',
    noCopies(sip.response('INVITE', 200)),
  ),
  mutant(
    'sip/ok-in-spite-of-ack',
    'The 200 to INVITE is retransmitted after its ACK too',
    'sip-ok-retransmitted',
    sip.request('ACK').toTarget.lose(),
  ),
  mutant(
    'sip/never-acked-forgiven',
    'A 200 without an ACK is given up seconds late',
    'sip-ok-never-acked',
    sip.request('BYE').late(4500),
    { scenarios: ['sip/ok-never-acked'] },
  ),
  mutant('sip/bye-refused', 'BYE gets 500', 'sip-bye-200', sip.response('BYE', 200).status(500), {
    scenarios: ['sip/bye-retransmitted'],
  }),
  mutant('sip/rtp-after-bye', 'RTP goes on for 400 ms after BYE', 'sip-bye-200', rtp.late(400), {
    scenarios: ['sip/bye-stops-rtp'],
  }),
  mutant(
    'sip/bye-of-no-dialog-taken',
    'BYE of no dialog gets 200',
    'sip-bye-unknown-dialog',
    sip.response('BYE', 481).status(200, 'OK'),
  ),
  mutant('sip/cancel-refused', 'CANCEL gets 481', 'sip-cancel', sip.response('CANCEL', 200).status(481)),
  mutant(
    'sip/cancelled-otherwise',
    'A cancelled INVITE gets 486',
    'sip-cancel',
    sip.response('INVITE', 487).status(486),
  ),
  mutant(
    'sip/cancel-of-nothing-taken',
    'CANCEL of no transaction gets 200',
    'sip-cancel-unknown',
    sip.response('CANCEL', 481).status(200, 'OK'),
  ),
  mutant(
    'sip/cancel-after-answer-failed',
    'CANCEL after the answer gets 500',
    'sip-cancel-after-answer',
    sip.response('CANCEL').status(500),
  ),
  mutant(
    'sip/cancel-ends-the-call',
    'CANCEL after the answer ends the call',
    'sip-cancel-after-answer',
    sip.response('CANCEL', 200, 481).edit((message) => ({ also: [ofTarget(message)] })),
  ),
  mutant('sip/failure-once', 'A refusal is sent once', 'sip-failure-acked', noCopies(refusals()), {
    scenarios: ['sip/failure-is-retransmitted'],
  }),
  mutant(
    'sip/failure-in-spite-of-ack',
    'A refusal is retransmitted after its ACK too',
    'sip-failure-acked',
    sip.request('ACK').toTarget.lose(),
    { scenarios: ['sip/failure-is-retransmitted'] },
  ),
  mutant(
    'sip/bye-again-is-new',
    'A retransmitted BYE gets 481',
    'sip-retransmitted-request',
    sip.response('BYE', 200).edit((message, _passage, memory) => {
      if (copy(message, memory) === 1) return undefined;
      message.start = 'SIP/2.0 481 Mutant';
      return {};
    }),
    { scenarios: ['sip/bye-retransmitted'] },
  ),
  mutant(
    'sip/ends-twice',
    'A retransmitted BYE ends the session once more',
    'sip-retransmitted-request',
    callback('sessionCompleted').double(),
    { scenarios: ['sip/bye-retransmitted'] },
  ),
  mutant(
    'sip/tenth-call-refused',
    'The tenth call at a time is refused',
    'sip-simultaneous-calls',
    sip.request('INVITE').toTarget.leg('caller', 10).answer(503),
  ),
  mutant(
    'sip/second-of-a-segment',
    'The second message of a TCP segment is not understood',
    'sip-tcp',
    sip.request('UPDATE').toTarget.answer(400),
    { scenarios: ['sip/tcp-several-at-once'] },
  ),
  mutant(
    'sip/refused-over-tcp',
    'An INVITE that comes in pieces is refused',
    'sip-tcp',
    sip.request('INVITE').toTarget.answer(400),
    { scenarios: ['sip/tcp-in-pieces'] },
  ),
];

/** BYE of the target in the dialog of one of its responses to the caller. */
function ofTarget(response: Parameters<typeof ofTransaction>[0]): ReturnType<typeof ofTransaction> {
  const bye = response.copy();
  const uri = /<([^>]+)>/.exec(response.get('From') ?? '')?.[1] ?? 'sip:caller@127.0.0.1';
  bye.start = `BYE ${uri} SIP/2.0`;
  return bye
    .set('From', response.get('To'))
    .set('To', response.get('From'))
    .set('CSeq', '1 BYE')
    .set('Via', 'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKmutant');
}

/** The INVITE with credentials has passed. */
const again = (memory: Memory): boolean => memory.has('again');
const cseq = (step: number) => (was: string | undefined) =>
  was?.replace(/^\d+/, (number) => String(Number(number) + step));

const outbound: readonly Mutant[] = [
  mutant(
    'sip/ack-of-another-request',
    'The ACK of a 200 has another CSeq',
    'sip-outbound-ack',
    sip.request('ACK').set('CSeq', '77 ACK'),
    { scenarios: ['sip/outbound-ack'] },
  ),
  mutant(
    'sip/second-ack-astray',
    'The ACK of a retransmitted 200 is for another dialog',
    'sip-outbound-ack',
    sip.request('ACK').edit((message, _passage, memory) => {
      const count = Number(memory.get('acks') ?? 0) + 1;
      memory.set('acks', count);
      if (count === 1) return undefined;
      message.set('To', parameter('tag', 'other')(message.get('To')));
      return {};
    }),
    { scenarios: ['sip/outbound-ack'] },
  ),
  mutant(
    'sip/ack-of-a-failure-astray',
    'The ACK of a failure has a branch of its own',
    'sip-outbound-ack-failure',
    sip.request('ACK').set('Via', parameter('branch', 'z9hG4bKmutant')),
  ),
  mutant(
    'sip/outbound-once',
    'An outbound INVITE is sent once',
    'sip-outbound-retransmits',
    noCopies(sip.request('INVITE').leg('callee')),
    { scenarios: ['sip/outbound-retransmission'] },
  ),
  mutant(
    'sip/outbound-endless',
    'A session that nobody answers ends seconds late',
    'sip-outbound-timeout',
    callback('sessionCompleted').late(5000),
    { scenarios: ['sip/outbound-nobody-answers'] },
  ),
  mutant(
    'sip/cancel-at-once',
    'CANCEL is sent before a provisional response',
    'sip-outbound-cancel-waits',
    sip
      .request('INVITE')
      .leg('callee')
      .edit((message, _passage, memory) =>
        copy(message, memory) === 1 ? { also: [ofTransaction(message, 'CANCEL')] } : undefined,
      ),
  ),
  mutant(
    'sip/late-200-ends-without-ack',
    'The ACK of a 200 that crosses with CANCEL comes after the BYE',
    'sip-outbound-late-200',
    sip.request('ACK').late(400),
  ),
  mutant(
    'sip/late-200-kept',
    'A 200 that crosses with CANCEL gets no BYE',
    'sip-outbound-late-200',
    sip.request('BYE').lose(),
  ),
  mutant(
    'sip/same-cseq-with-credentials',
    'The INVITE with credentials has the CSeq of the one before',
    'sip-digest-challenge',
    [
      sip
        .request('INVITE')
        .leg('callee')
        .from(2)
        .edit((message, _passage, memory) => {
          memory.set('again', true);
          message.set('CSeq', cseq(-1)(message.get('CSeq')));
          return {};
        }),
      sip.request('ACK', 'BYE').changing((message, _passage, memory) => {
        if (again(memory)) message.set('CSeq', cseq(-1)(message.get('CSeq')));
      }),
      sip
        .any()
        .toTarget.leg('callee')
        .when((message) => message.status > 0)
        .changing((message, _passage, memory) => {
          if (again(memory)) message.set('CSeq', cseq(1)(message.get('CSeq')));
        }),
    ],
    { scenarios: ['sip/digest-401-md5'] },
  ),
  mutant(
    'sip/credentials-unasked',
    'The first INVITE has credentials that nobody asked for',
    'sip-digest-challenge',
    sip
      .request('INVITE')
      .leg('callee')
      .nth(1)
      .add('Proxy-Authorization', 'Digest username="mutant", realm="mutant", nonce="", uri="sip:x", response="0"'),
    { scenarios: ['sip/digest-407-md5'] },
  ),
  ...(
    [
      ['response', /(response="?)[0-9a-f]/, '$1x'],
      ['nonce', /(nonce=")/, '$1x'],
      ['opaque', /(opaque=")/, '$1x'],
      ['uri', /( uri="sip:)/, '$1x'],
      ['nc', /(nc=)\d+/, '$100000007'],
      ['cnonce', /(cnonce=")[^"]*/, '$1'],
    ] as const
  ).map(([name, pattern, by]) =>
    mutant(
      `sip/digest-wrong-${name}`,
      `Credentials have another ${name}`,
      'sip-digest-response',
      sip.request('INVITE').set('Authorization', (was) => was?.replace(pattern, by)),
      { scenarios: ['sip/digest-401-md5'] },
    ),
  ),
  mutant(
    'sip/digest-refused-told-otherwise',
    'A call whose credentials are refused ends as an error',
    'sip-digest-gives-up',
    callback('sessionCompleted').set('/reason', 'error'),
    { scenarios: ['sip/digest-refused'] },
  ),
];

const content: readonly Mutant[] = [
  mutant(
    'sip/unknown-method-taken',
    'A method that nobody knows gets 200',
    'sip-unknown-method',
    sip.response('FROBNICATE').status(200, 'OK'),
  ),
  mutant(
    'sip/no-unsupported',
    'A 420 does not say what is not supported',
    'sip-unsupported-extension',
    sip.response('INVITE', 420).drop('Unsupported'),
  ),
  mutant(
    'sip/unknown-extension-taken',
    'An INVITE that requires an unknown extension reaches the application',
    'sip-unsupported-extension',
    sip.request('INVITE').toTarget.drop('Require'),
  ),
  mutant(
    'sip/malformed-taken',
    'A malformed INVITE gets 200',
    'sip-malformed',
    sip.response('INVITE', 400).status(200, 'OK'),
    { scenarios: ['sip/broken-invites'] },
  ),
  mutant(
    'sip/compact-names-unknown',
    'Headers with compact names are taken for some that nobody knows',
    'sip-compact-forms',
    sip.request('INVITE').toTarget.changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/^[sb](?=:)/, 'X-$&'));
    }),
    { scenarios: ['newcall/compact-names'] },
  ),
  mutant(
    'sip/folds-cut',
    'A folded header ends with its first line',
    'sip-compact-forms',
    sip.request('INVITE').toTarget.changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/\r\n[ \t].*/s, ''));
    }),
    { scenarios: ['newcall/folded-subject'] },
  ),
  mutant(
    'sip/unknown-headers-harm',
    'Headers that nobody knows hide who was called',
    'sip-unknown-headers',
    callback('newCall').drop('/calledParty'),
    { scenarios: ['newcall/p-headers'] },
  ),
  mutant(
    'sip/no-accept',
    'A 415 does not say which types are understood',
    'sip-content-unknown',
    sip.response('INVITE', 415).drop('Accept'),
  ),
  mutant(
    'sip/no-accept-encoding',
    'A 415 does not say which encodings are understood',
    'sip-content-unknown',
    sip.response('INVITE', 415).drop('Accept-Encoding'),
  ),
  mutant(
    'sip/strange-content-otherwise',
    'A body of a strange type gets 400',
    'sip-content-unknown',
    sip.response('INVITE', 415).status(400),
  ),
];

const dialogs: readonly Mutant[] = [
  mutant(
    'sip/reinvite-without-answer',
    'The 200 to a re-INVITE has no SDP',
    'sip-reinvite',
    sip.response('INVITE', 200).inDialog().noBody(),
    { scenarios: ['sip/reinvite'] },
  ),
  mutant(
    'sip/reinvite-refused',
    'A re-INVITE gets 488',
    'sip-reinvite',
    sip.request('INVITE').toTarget.inDialog().answer(488),
    { scenarios: ['sip/reinvite'] },
  ),
  mutant(
    'sip/low-cseq-taken',
    'A request with a lower CSeq gets 200',
    'sip-cseq-order',
    sip.response('UPDATE', 500).status(200, 'OK'),
  ),
  mutant(
    'sip/update-without-answer',
    'The 200 to an UPDATE with an offer has no SDP',
    'sip-update',
    sip.response('UPDATE', 200).noBody(),
    { scenarios: ['sip/update'] },
  ),
  mutant('sip/update-refused', 'UPDATE gets 488', 'sip-update', sip.response('UPDATE', 200).status(488), {
    scenarios: ['sip/update'],
  }),
  mutant(
    'sip/no-session-expires',
    'The 200 has no Session-Expires',
    'sip-session-timer-refresher',
    sip.response('INVITE', 200).drop('Session-Expires'),
    { scenarios: ['sip/session-timer'] },
  ),
  mutant(
    'sip/session-for-ever',
    'A session that nobody refreshes ends after its interval',
    'sip-session-timer-expires',
    sip.request('BYE').leg('callee').late(35_000),
    { scenarios: ['callevent/session-timer'] },
  ),
  mutant(
    'sip/no-min-se',
    'A 422 does not say how long is enough',
    'sip-session-timer-too-small',
    sip.response('INVITE', 422).drop('Min-SE'),
  ),
];

export const sipMutants: readonly Mutant[] = [responses, transactions, outbound, content, dialogs].flat();
