/** SIP headers with which a call of the generator says what it is; newCall hands them on as `xHeaders`, in lower case. */

/** Scenario that the application answers by. */
export const SCENARIO = 'X-Load';
/** When the INVITE was sent: ms since 1970 by the generator's clock. */
export const SENT = 'X-Load-Sent';
/** Whom the application connects the call with, a user that has registered. */
export const CALLEE = 'X-Load-Callee';
