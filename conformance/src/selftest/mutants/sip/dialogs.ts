/** Requests within a dialog and session timers (RFC 3261 12.2, 14; RFC 3311; RFC 4028). */
import { mutant, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';

export const dialogs: readonly Mutant[] = [
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
