/** Requests that come twice, answers that come late or not at all, and what the target does not hear of the far end. */
import { sip } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

export const timing: readonly Recipe[] = [
  wire('twice', 'Requests are sent twice', sip.request('INVITE', 'BYE', 'CANCEL', 'INFO').double()),
  wire('unheard bye', "The far end's BYE is not understood", sip.request('BYE').toTarget.lose()),
  wire('unheard cancel', "The caller's CANCEL is not understood", sip.request('CANCEL').toTarget.lose()),
  wire('unheard info', 'INFO is not understood', sip.request('INFO').toTarget.answer(200, 'OK')),
  wire(
    'unheard answer',
    "The called party's answer is taken for another",
    sip.response('INVITE', 200).toTarget.status(486),
  ),
  wire(
    'unheard refusal',
    "The called party's refusal is taken for another",
    sip.response('INVITE', 400, 699).toTarget.status(480),
  ),
  wire('unheard ringing', "The called party's ringing is not heard", sip.response('INVITE', 101, 199).toTarget.lose()),
  wire(
    'early answer',
    'The caller is told that the called party answers',
    sip.response('INVITE', 180).status(200, 'OK'),
  ),
  wire('answer late', 'The 200 to INVITE comes two seconds late', sip.response('INVITE', 200).late(2000)),
  wire('refusal lost', 'The refusal does not come', sip.response('INVITE', 300, 699).lose()),
];
