/** Transactions with the target as server: retransmissions, ACK, BYE, CANCEL, segments of TCP (RFC 3261 9.2, 13.3.1.4, 15.1.2, 17.2, 18.3). */
import { callback, mutant, rtp, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { copy, noCopies, type ofTransaction, refusals } from '../support.ts';

export const transactions: readonly Mutant[] = [
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
