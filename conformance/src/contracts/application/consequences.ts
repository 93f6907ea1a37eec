/**
 * What comes of an answer that a service rejects, as the parties on the telephone notice it (D-BADANSWER, D-ALARM, D-IVRFAIL,
 * D-DROPALARM, D-PHRASEFAIL; docs/wrong-answers.md). Without an emergency fallback (D-FALLBACK), which takes calls over.
 */
import type { CallbackName } from '@mediaservice/spec';

/** What is wrong with an answer. */
export type Fault =
  | 'failed'
  | 'empty'
  | 'no object'
  | 'no action'
  | 'unknown action'
  | 'unknown drop code'
  | 'bad address'
  | 'bad monitor address'
  | 'nothing to do'
  | 'bad phrase'
  | 'not noted';

export interface Consequence {
  /** In the words of docs/wrong-answers.md. */
  readonly sip: '480' | '603' | 'BYE' | 'the call goes on';
  /** A sentence without its end. */
  readonly phone: string;
  /** `type: error` of the alarm; absent: none. */
  readonly alarm?: string;
  /** `reason` of sessionCompleted, which ends the session; absent: the call goes on. */
  readonly completed?: 'error';
}

const refused = (alarm?: string): Consequence => ({
  sip: '480',
  phone: 'the caller is refused with 480 and hears nothing of the application',
  ...(alarm !== undefined && { alarm }),
  completed: 'error',
});
const hungUp = (who: string, alarm: string): Consequence => ({
  sip: 'BYE',
  phone: `the call is ended with BYE: ${who}`,
  alarm,
  completed: 'error',
});
const goesOn = (phone: string, alarm?: string): Consequence => ({
  sip: 'the call goes on',
  phone: `the call goes on, ${phone}`,
  ...(alarm !== undefined && { alarm }),
});

const left = 'the party that callEvent asked about is let go';
const ivrEnd = 'the caller hears nothing';
const invalid = 'callEventError: Invalid sip address: …';
const ignored = goesOn('for nobody looks at the answer; after a 5xx or a broken connection the callback is sent again');
const noMonitor = goesOn('but nobody listens in', invalid);

type Row = Partial<Readonly<Record<Fault, Consequence>>> & { readonly failed: Consequence };

const told: Row = { failed: ignored, 'not noted': ignored };

const table: Readonly<Record<CallbackName, Row>> = {
  newCall: {
    failed: refused('newCallEventError: newCall request failed'),
    empty: refused('newCallEventError: newCall response empty'),
    'no object': refused('newCallEventError: newCall response without action'),
    'no action': refused('newCallEventError: newCall response without action'),
    'unknown action': refused('newCallEventError: newCall response with unknown action'),
    'unknown drop code': {
      ...refused('newCallEventError: newCall response with unknown action'),
      sip: '603',
      phone: 'the caller is refused with 603, not with the code of the answer',
    },
    'bad address': refused(invalid),
    'bad monitor address': noMonitor,
  },
  callEvent: {
    failed: hungUp(left, 'callEventError: No response to callEvent request'),
    empty: hungUp(left, 'callEventError: No action provided in callEvent response'),
    'no object': hungUp(left, 'callEventError: No action provided in callEvent response'),
    'no action': hungUp(left, 'callEventError: No action provided in callEvent response'),
    'unknown action': hungUp(left, 'callEventError: callEvent response with unknown action'),
    'unknown drop code': hungUp(left, 'callEventError: callEvent response with unknown action'),
    'bad address': hungUp(left, invalid),
    'bad monitor address': noMonitor,
  },
  getIvrCommand: {
    failed: hungUp(ivrEnd, 'ivrCommandError: getIvrCommand request error'),
    empty: hungUp(ivrEnd, 'ivrCommandError: Empty body in getIvrCommand response'),
    'nothing to do': hungUp(ivrEnd, 'ivrCommandError: IVR command failed'),
    'bad phrase': goesOn('without that phrase', 'ivrCommandError: phraseError'),
  },
  getCallIdentifier: { failed: refused() },
  newRemoteCall: { failed: refused() },
  callNotify: told,
  callAnswered: told,
  sessionCompleted: told,
  recordingReady: told,
  alarm: told,
};

/** What a fault in the answer to a callback leads to. */
export const consequenceOf = (name: CallbackName, fault: Fault): Consequence =>
  table[name][fault] ?? table[name].failed;
