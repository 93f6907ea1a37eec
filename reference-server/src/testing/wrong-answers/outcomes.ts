/** What a wrong answer leads to, by callback and by what the answer amounts to (D-BADANSWER, D-IVRFAIL, D-FALLBACK). */
import type { CallbackName } from '@mediaservice/spec';
import type { Amounts } from './kinds.ts';
import type { Outcome } from './situations.ts';

type Consequence = Omit<Outcome, 'called'>;

const goesOn: Consequence = { alarms: [], sip: 'goes on' };
const unused: Readonly<Record<Amounts, Consequence>> = {
  failed: goesOn,
  empty: goesOn,
  'no object': goesOn,
  'empty object': goesOn,
};
const refused = (...alarms: readonly string[]): Consequence => ({ alarms, sip: 480 });
const hungUp = (...alarms: readonly string[]): Consequence => ({ alarms, sip: 'BYE' });

export const outcomes: Readonly<Record<CallbackName, Readonly<Record<Amounts, Consequence>>>> = {
  newCall: {
    failed: refused('newCallEventError: newCall request failed'),
    empty: refused('newCallEventError: newCall response empty'),
    'no object': refused('newCallEventError: newCall response without action'),
    'empty object': refused('newCallEventError: newCall response without action'),
  },
  getCallIdentifier: { failed: refused(), empty: refused(), 'no object': refused(), 'empty object': goesOn },
  newRemoteCall: { failed: refused(), empty: goesOn, 'no object': refused(), 'empty object': goesOn },
  getIvrCommand: {
    failed: hungUp('ivrCommandError: getIvrCommand request error'),
    empty: hungUp('ivrCommandError: Empty body in getIvrCommand response'),
    'no object': hungUp('ivrCommandError: getIvrCommand request error'),
    'empty object': hungUp('ivrCommandError: IVR command failed'),
  },
  callEvent: {
    failed: hungUp('callEventError: No response to callEvent request'),
    empty: hungUp('callEventError: No action provided in callEvent response'),
    'no object': hungUp('callEventError: No action provided in callEvent response'),
    'empty object': hungUp('callEventError: No action provided in callEvent response'),
  },
  callNotify: unused,
  callAnswered: unused,
  recordingReady: unused,
  sessionCompleted: unused,
  alarm: unused,
};
