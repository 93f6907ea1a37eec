/** Calls that the target places: ACK, retransmissions, CANCEL (RFC 3261 9.1, 13.2.2, 17.1.1). */
import { callback, mutant, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { copy, noCopies, ofTransaction, parameter } from '../support.ts';

export const outbound: readonly Mutant[] = [
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
];
