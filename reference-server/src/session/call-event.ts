/** The answer to callEvent: what becomes of the party that it was asked about (D-EVENT). */
import type { Fault } from './actions/action.ts';
import { actionNamed } from './actions/index.ts';
import type { Alarm } from './alarm.ts';
import { faultsOf } from './faults.ts';
import { leave } from './finish.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { raise } from './messages.ts';
import type { Participant } from './participant.ts';
import type { CallbackResult } from './ports/callbacks.ts';
import type { Turn } from './turn.ts';

export const callEventAnswered = (turn: Turn, participant: Participant, result: CallbackResult) => {
  if (!result.ok && result.cause !== 'empty') {
    const { cause, detail, status } = result;
    return noResponse(turn, participant, { cause, detail, ...(status !== undefined && { status }) });
  }
  const answer = result.ok ? result.body : undefined;
  if (!isObject(answer) || answer.action === undefined || answer.action === null || answer.action === '') {
    return failed(turn, participant, { type: 'callEventError', error: 'No action provided in callEvent response' });
  }
  act(turn, participant, answer.action, answer);
};

const act = (turn: Turn, participant: Participant, name: Json, answer: JsonObject) => {
  const action = actionNamed(name, turn.session.domain);
  if (action === undefined) {
    const details = { action: name, detail: 'no such action' };
    return failed(turn, participant, {
      type: 'callEventError',
      error: 'callEvent response with unknown action',
      details,
    });
  }
  const violations = faultsOf(turn, 'callEvent', answer);
  const fault = violations === undefined ? action(turn, participant, answer, 'callEvent') : { problem: violations };
  if (fault !== undefined) notCarriedOut(turn, participant, fault);
};

/** The action of an answer to callEvent could not be carried out. */
export const notCarriedOut = (turn: Turn, participant: Participant, fault: Fault) => {
  if ('problem' in fault) return noResponse(turn, participant, { detail: fault.problem });
  failed(turn, participant, { type: 'callEventError', error: `Invalid sip address: ${fault.address}` });
};

const noResponse = (turn: Turn, participant: Participant, details: Readonly<Record<string, Json>>) =>
  failed(turn, participant, { type: 'callEventError', error: 'No response to callEvent request', details });

/** BYE, or a final response to a caller who was never answered (D-BADANSWER). */
const failed = (turn: Turn, participant: Participant, alarm: Alarm) => {
  raise(turn, alarm);
  leave(turn, participant, 'error');
};
