import { mutant, sip } from '../dsl/index.ts';
import type { Memory, Mutant, SipRewrite } from '../types.ts';
import type { SipText } from '../wires/sip-text.ts';

/** True from the second time on that this text passes: a retransmission. */
function again(memory: Memory, message: SipText): boolean {
  const texts = (memory.get('texts') as Set<string> | undefined) ?? new Set<string>();
  memory.set('texts', texts);
  const text = message.toString();
  const known = texts.has(text);
  texts.add(text);
  return known;
}

const once = (wire: ReturnType<typeof sip.any>): SipRewrite =>
  wire.edit((message, _passage, memory) => (again(memory, message) ? { lost: true } : undefined));

const withoutTag = (value: string | undefined): string | undefined => value?.replace(/;\s*tag=[^;]*/i, '');

const one = (name: string, title: string, slug: string, rewrite: SipRewrite | readonly SipRewrite[]): Mutant =>
  mutant(`sip/${name}`, title, `sip-${slug}`, rewrite);

const answered = (method: string): ReturnType<typeof sip.response> => sip.response(method, 200, 299);

export const sipMutants: readonly Mutant[] = [
  one('no-trying', 'No 100 is sent', 'trying', sip.response('INVITE', 100).lose()),
  one('no-to-tag', 'Responses have no To tag', 'to-tag', sip.response('INVITE', 101, 699).set('To', withoutTag)),
  one(
    'via-order',
    'Via values come in another order',
    'headers-copied',
    sip
      .any()
      .when(({ status }) => status > 0)
      .changing((message) => {
        const vias = message.all('Via').flatMap((value) => value.split(/,\s*/));
        if (vias.length > 1) message.set('Via', vias.toReversed().join(', '));
      }),
  ),
  one(
    'no-record-route',
    'Record-Route is not repeated',
    'record-route',
    sip.response('INVITE', 200).drop('Record-Route'),
  ),
  one('no-contact', 'The 200 to INVITE has no Contact', 'contact-in-200', sip.response('INVITE', 200).drop('Contact')),
  one('ok-once', 'The 200 to INVITE is not retransmitted', 'ok-retransmitted', once(sip.response('INVITE', 200))),
  one('ok-for-ever', 'A 200 without an ACK leads to no BYE', 'ok-never-acked', sip.request('BYE').lose()),
  one('bye-refused', 'BYE gets 500', 'bye-200', answered('BYE').status(500)),
  one('bye-of-nobody', 'BYE of no dialog gets 200', 'bye-unknown-dialog', sip.response('BYE', 481).status(200, 'OK')),
  one('cancel-refused', 'CANCEL gets 481', 'cancel', answered('CANCEL').status(481)),
  one(
    'cancel-of-nobody',
    'CANCEL of no transaction gets 200',
    'cancel-unknown',
    sip.response('CANCEL', 481).status(200, 'OK'),
  ),
  one(
    'cancel-after-answer',
    'CANCEL after the answer gets 500',
    'cancel-after-answer',
    sip.response('CANCEL').status(500),
  ),
  one(
    'failure-once',
    'A failure response is not retransmitted',
    'failure-acked',
    once(sip.response('INVITE', 300, 699)),
  ),
  one('no-ack', 'The 200 to an outbound INVITE gets no ACK', 'outbound-ack', sip.request('ACK').lose()),
  one(
    'failure-ack-branch',
    'The ACK of a failure has another branch',
    'outbound-ack-failure',
    sip.request('ACK').set('Via', (was) => was?.replace(/branch=z9hG4bK/, 'branch=z9hG4bKother')),
  ),
  one('invite-once', 'An outbound INVITE is not retransmitted', 'outbound-retransmits', once(sip.request('INVITE'))),
  one(
    'cancel-early',
    'CANCEL is sent before any response',
    'outbound-cancel-waits',
    sip.request('INVITE').edit((message) => {
      const cancel = message.copy();
      cancel.start = message.start.replace(/^INVITE/, 'CANCEL');
      cancel.set('CSeq', message.get('CSeq')?.replace('INVITE', 'CANCEL'));
      cancel.set('Content-Type', undefined).body = '';
      return { also: [cancel] };
    }),
  ),
  one('late-200-kept', 'A 200 that crosses CANCEL gets no BYE', 'outbound-late-200', sip.request('BYE').lose()),
  one(
    'unknown-method-taken',
    'A method that nobody knows gets 200',
    'unknown-method',
    sip
      .any()
      .when(({ status }) => status === 405 || status === 501)
      .status(200, 'OK'),
  ),
  one(
    'no-unsupported',
    '420 has no Unsupported',
    'unsupported-extension',
    sip
      .any()
      .when(({ status }) => status === 420)
      .drop('Unsupported'),
  ),
  one(
    'malformed-taken',
    'A malformed request gets 200',
    'malformed',
    sip
      .any()
      .when(({ status }) => status === 400)
      .status(200, 'OK'),
  ),
  one('compact-refused', 'Compact forms are not understood', 'compact-forms', sip.response('INVITE').status(400)),
  one('reinvite-refused', 'A re-INVITE is refused', 'reinvite', answered('INVITE').inDialog().status(488)),
  one(
    'cseq-overlooked',
    'A lower CSeq is overlooked',
    'cseq-order',
    sip
      .any()
      .when(({ status }) => status === 500)
      .status(200, 'OK'),
  ),
  one('update-refused', 'UPDATE is refused', 'update', answered('UPDATE').status(488)),
  one(
    'no-session-expires',
    'The 200 has no Session-Expires',
    'session-timer-refresher',
    sip.response('INVITE', 200).drop('Session-Expires'),
  ),
  one('no-min-se', '422 has no Min-SE', 'session-timer-too-small', sip.response('INVITE', 422).drop('Min-SE')),
  one(
    'session-for-ever',
    'A session that nobody refreshes goes on',
    'session-timer-expires',
    sip.request('BYE').lose(),
  ),
  one(
    'no-rport',
    'rport is not filled in',
    'rport',
    sip
      .any()
      .when(({ status }) => status > 0)
      .set('Via', (was) => was?.replace(/rport=\d+/, 'rport')),
  ),
  one(
    'no-received',
    'received is left out',
    'received',
    sip
      .any()
      .when(({ status }) => status > 0)
      .set('Via', (was) => was?.replace(/;received=[^;]*/, '')),
  ),
  one(
    'content-taken',
    'A body that cannot be read is taken',
    'content-unknown',
    sip.response('INVITE', 415).status(488),
  ),
  one(
    'retransmission-anew',
    'A retransmitted request gets another response',
    'retransmitted-request',
    sip
      .any()
      .when(({ status }) => status >= 200)
      .edit((message, _passage, memory) => {
        if (!again(memory, message)) return undefined;
        message.start = 'SIP/2.0 500 Mutant';
        return {};
      }),
  ),
  one(
    'challenge-unanswered',
    'A challenge is not answered',
    'digest-challenge',
    sip.request('INVITE').drop('Authorization', 'Proxy-Authorization'),
  ),
  one(
    'digest-wrong',
    'The response of the digest is wrong',
    'digest-response',
    sip.request('INVITE').changing((message) => {
      for (const name of ['Authorization', 'Proxy-Authorization']) {
        const was = message.get(name);
        if (was !== undefined) message.set(name, was.replace(/response="\w{4}/, 'response="0000'));
      }
    }),
  ),
];
