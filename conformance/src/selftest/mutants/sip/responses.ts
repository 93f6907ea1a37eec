/** What a response must say and where it goes (RFC 3261 8.2.6, 12.1.1; RFC 3581). */
import { mutant, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { parameter, refusals, values } from '../support.ts';

export const responses: readonly Mutant[] = [
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
