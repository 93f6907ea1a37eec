/** Why a session is over (D-DONE). */
export type EndReason =
  | 'completed'
  | 'callingPartyDrop'
  | 'calledPartyDrop'
  | 'applicationHangup'
  | 'cancelled'
  | 'rejected'
  | 'noAnswer'
  | 'maxDuration'
  | 'error';
