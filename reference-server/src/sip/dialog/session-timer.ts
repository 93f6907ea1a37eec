import {
  type HeaderField,
  parseSessionExpires,
  type SipRequest,
  type SipResponse,
  serializeSessionExpires,
} from '../message/index.ts';

/** RFC 4028 5: what Min-SE is when it is absent, in seconds. */
const usualMinimum = 90;

/** What was agreed: the interval in seconds and whether it is we who refresh. */
export interface SessionInterval {
  seconds: number;
  weRefresh: boolean;
}

const asked = (message: SipRequest | SipResponse) => parseSessionExpires(message.headers.get('Session-Expires') ?? '');

const names = (message: SipRequest, header: string): boolean =>
  message.headers.getList(header).some((each) => each.toLowerCase() === 'timer');

const supportsTimer = (request: SipRequest): boolean => names(request, 'Supported') || names(request, 'Require');

/** Seconds of Min-SE; it may have parameters, but only its number counts. */
function minimumOf(message: SipRequest | SipResponse): number | undefined {
  const seconds = Number.parseInt(message.headers.get('Min-SE') ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Headers of a re-INVITE that refreshes a session; `minimum` is our Min-SE in seconds. RFC 4028 7.4. */
export function refreshHeaders(seconds: number, minimum: number): HeaderField[] {
  const headers = [
    { name: 'Supported', value: 'timer' },
    // Roles are those of this request: the one who refreshes is its UAC.
    { name: 'Session-Expires', value: serializeSessionExpires({ seconds, refresher: 'uac' }) },
  ];
  return minimum > usualMinimum ? [...headers, { name: 'Min-SE', value: String(minimum) }] : headers;
}

/**
 * UAS: whether a request is to be refused with 422 because the interval that it asks for is below `minimum` seconds. One
 * who does not know session timers could do nothing about it: then a proxy has put the interval in. RFC 4028 8.1, 9.
 */
export function asksTooLittle(request: SipRequest, minimum: number): boolean {
  const wanted = asked(request);
  return wanted !== undefined && wanted.seconds < minimum && supportsTimer(request);
}

/**
 * UAS: headers of the 2xx to a request that asks for a session timer and what is agreed by them; undefined when it asks for
 * none, or leaves the choice of the refresher to us and we want none. RFC 4028 9, table 2.
 */
export function answerSessionTimer(
  request: SipRequest,
  choice: 'uac' | 'uas' | 'none',
): { headers: HeaderField[]; interval: SessionInterval } | undefined {
  const wanted = asked(request);
  if (wanted === undefined || (wanted.refresher === undefined && choice === 'none')) return undefined;
  // 9: never above what was asked for, never below the Min-SE that any proxy has put in.
  const seconds = Math.max(wanted.seconds, minimumOf(request) ?? 0);
  // 9, table 2: only we can refresh when the other side does not know the extension.
  const supported = supportsTimer(request);
  const refresher = supported ? (wanted.refresher ?? (choice === 'uas' ? 'uas' : 'uac')) : 'uas';
  const headers = [{ name: 'Session-Expires', value: serializeSessionExpires({ seconds, refresher }) }];
  if (supported) headers.push({ name: 'Require', value: 'timer' });
  return { headers, interval: { seconds, weRefresh: refresher === 'uas' } };
}

/** What a 2xx agreed to; undefined when the session has no timer. `side`: whose response it is to. RFC 4028 7.2, 9. */
export function agreedSessionTimer(response: SipResponse, side: 'uac' | 'uas'): SessionInterval | undefined {
  const agreed = asked(response);
  // 7.2: without Session-Expires the session does not expire; without refresher it is the UAC's task.
  return agreed === undefined
    ? undefined
    : { seconds: agreed.seconds, weRefresh: (agreed.refresher ?? 'uac') === side };
}

/** UAC: seconds for the next try after a 422, undefined when its Min-SE asks for no more. RFC 4028 7.3. */
export function afterTooSmall(response: SipResponse, seconds: number): number | undefined {
  const minimum = minimumOf(response);
  return minimum === undefined || minimum <= seconds ? undefined : minimum;
}

/** `refresh`: send a re-INVITE now. `expired`: nobody refreshed, send BYE. */
type SessionTimerOutput = { type: 'refresh' } | { type: 'expired' };

/** Runs an agreed interval once: refresh at its half, BYE shortly before its end. RFC 4028 10. */
export class SessionTimer {
  private refreshAt: number | undefined;
  private expireAt: number | undefined;

  /** `now` in milliseconds: when the 2xx was sent or received. */
  constructor(interval: SessionInterval, now: number) {
    const whole = interval.seconds * 1000;
    // 10: half of the interval for the refresher; the other waits until a third, at most 32 s, is left.
    this.refreshAt = interval.weRefresh ? now + whole / 2 : undefined;
    this.expireAt = now + whole - Math.min(32_000, whole / 3);
  }

  nextTimeout(): number | undefined {
    return this.refreshAt ?? this.expireAt;
  }

  handleTimeout(now: number): SessionTimerOutput[] {
    if (this.expireAt !== undefined && now >= this.expireAt) {
      this.refreshAt = undefined;
      this.expireAt = undefined;
      return [{ type: 'expired' }];
    }
    if (this.refreshAt === undefined || now < this.refreshAt) return [];
    this.refreshAt = undefined;
    return [{ type: 'refresh' }];
  }
}
