/** Messages that the target does not send, sends otherwise or without their body. */
import { sip } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

export const messages: readonly Recipe[] = [
  wire('refusal 500', 'Calls are refused with another status', sip.response('INVITE', 400, 699).status(500)),
  wire(
    'answer 500',
    'Requests are answered with an error',
    sip
      .any()
      .when((m) => m.status >= 200 && m.status < 300 && m.method !== 'INVITE')
      .status(500),
  ),
  wire(
    'refusal 200',
    'Requests that ought to be refused get 200',
    sip
      .any()
      .when((m) => m.status >= 400 && m.method !== 'INVITE')
      .status(200, 'OK'),
  ),
  wire('no bye', 'BYE is not sent', sip.request('BYE').lose()),
  wire('bye late', 'BYE is sent two seconds late', sip.request('BYE').late(2000)),
  wire('no cancel', 'CANCEL is not sent', sip.request('CANCEL').lose()),
  wire('no ack', 'ACK is not sent', sip.request('ACK').lose()),
  wire('no prack', 'PRACK is not sent', sip.request('PRACK').lose()),
  wire('no reinvite', 'No re-INVITE is sent', sip.request('INVITE').inDialog().answer(488)),
  wire('reinvite lost', 'A re-INVITE of the far end gets no answer', sip.response('INVITE').inDialog().lose()),
  wire('reinvite refused', 'A re-INVITE of the far end is refused', sip.response('INVITE', 200).inDialog().status(488)),
  wire('update refused', 'UPDATE is refused', sip.response('UPDATE', 200).status(488)),
  wire('no invite', 'The called party is not called', sip.request('INVITE').initial().leg('callee').answer(500)),
  wire('no trying', 'No 100 is sent', sip.response('INVITE', 100).lose()),
  wire('no ringing', 'No provisional response is sent', sip.response('INVITE', 101, 199).lose()),
  wire('183 as 180', 'Early media are not told', sip.response('INVITE', 183).status(180, 'Ringing')),
  wire('ringing without sdp', 'Provisional responses have no SDP', sip.response('INVITE', 101, 199).withSdp().noBody()),
  wire('answer without sdp', 'The 200 to INVITE has no SDP', sip.response('INVITE', 200).withSdp().noBody()),
  wire('invite without sdp', 'INVITE has no SDP', sip.request('INVITE').withSdp().noBody()),
];
