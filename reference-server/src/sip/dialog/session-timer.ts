import {
  type HeaderField,
  parseSessionExpires,
  type SessionExpires,
  type SipRequest,
  type SipResponse,
  serializeSessionExpires,
} from '../message/index.ts';

/** RFC 4028 5: no interval may be shorter, in seconds. */
export const shortestSession = 90;

export interface SessionTimerSettings {
  /** Interval that we ask for, in seconds. RFC 4028 4 advises 1800. */
  seconds: number;
  /** Shortest interval that we accept, in seconds, at least 90. */
  minimum: number;
  /** Who refreshes when the other side leaves the choice to us. */
  refresher: 'uac' | 'uas';
}

/** What was agreed: the interval in seconds and whether it is we who refresh. */
export interface SessionInterval {
  seconds: number;
  weRefresh: boolean;
}

const has = (message: SipRequest | SipResponse, header: string, tag: string): boolean =>
  message.headers.getList(header).some((each) => each.toLowerCase() === tag);

function minimumOf(message: SipRequest | SipResponse): number {
  // Min-SE may have parameters; only its number counts.
  const seconds = Number.parseInt(message.headers.get('Min-SE') ?? '', 10);
  return Number.isNaN(seconds) ? shortestSession : Math.max(seconds, shortestSession);
}

/** Headers of an INVITE or UPDATE that asks for a session timer. `refresher` fixes the roles in a refresh. RFC 4028 7.1, 7.4. */
export function sessionTimerRequest(settings: SessionTimerSettings, refresher?: 'uac' | 'uas'): HeaderField[] {
  const value: SessionExpires =
    refresher === undefined ? { seconds: settings.seconds } : { seconds: settings.seconds, refresher };
  const headers = [
    { name: 'Supported', value: 'timer' },
    { name: 'Session-Expires', value: serializeSessionExpires(value) },
  ];
  return settings.minimum > shortestSession
    ? [...headers, { name: 'Min-SE', value: String(settings.minimum) }]
    : headers;
}

export type SessionTimerAnswer =
  /** Put `headers` into the 2xx; no `interval`: the session has no timer. */
  | { ok: true; headers: HeaderField[]; interval?: SessionInterval }
  /** Answer 422 with these headers. RFC 4028 9. */
  | { ok: false; status: 422; headers: HeaderField[] };

/** UAS: our answer to a request for a session timer. RFC 4028 9, table 2. */
export function answerSessionTimer(request: SipRequest, settings: SessionTimerSettings): SessionTimerAnswer {
  const supported = has(request, 'Supported', 'timer') || has(request, 'Require', 'timer');
  const asked = parseSessionExpires(request.headers.get('Session-Expires') ?? '');
  if (asked !== undefined && asked.seconds < settings.minimum && supported) {
    return { ok: false, status: 422, headers: [{ name: 'Min-SE', value: String(settings.minimum) }] };
  }
  // 9: never above what was asked for, never below the Min-SE that any proxy has put in.
  const wanted = Math.min(settings.seconds, asked?.seconds ?? Number.POSITIVE_INFINITY);
  const seconds = Math.max(wanted, minimumOf(request));
  // 9, table 2: only we can refresh when the other side does not know the extension.
  const refresher = supported ? (asked?.refresher ?? settings.refresher) : 'uas';
  const headers = [{ name: 'Session-Expires', value: serializeSessionExpires({ seconds, refresher }) }];
  if (supported) headers.push({ name: 'Require', value: 'timer' });
  return { ok: true, headers, interval: { seconds, weRefresh: refresher === 'uas' } };
}

/** UAC: what a 2xx agreed to; undefined when the session has no timer. RFC 4028 7.2. */
export function agreedSessionTimer(response: SipResponse): SessionInterval | undefined {
  const agreed = parseSessionExpires(response.headers.get('Session-Expires') ?? '');
  // 7.2: without Session-Expires the session does not expire; without refresher it is the UAC's task.
  return agreed === undefined ? undefined : { seconds: agreed.seconds, weRefresh: agreed.refresher !== 'uas' };
}

/** UAC: settings for the next try after a 422, undefined when its Min-SE is missing or asks for no more. RFC 4028 7.3. */
export function afterTooSmall(response: SipResponse, settings: SessionTimerSettings): SessionTimerSettings | undefined {
  if (!response.headers.has('Min-SE')) return undefined;
  const minimum = minimumOf(response);
  if (minimum <= settings.minimum && minimum <= settings.seconds) return undefined;
  return { ...settings, minimum, seconds: Math.max(settings.seconds, minimum) };
}

export type SessionTimerOutput =
  /** Send a re-INVITE or UPDATE now. */
  | { type: 'refresh' }
  /** Nobody refreshed: send BYE. */
  | { type: 'expired' };

/** Runs an agreed interval: refresh at its half, BYE shortly before its end. RFC 4028 10. */
export class SessionTimer {
  private refreshAt: number | undefined;
  private expireAt: number | undefined;

  /** `now` in milliseconds: when the 2xx was sent or received. */
  constructor(interval: SessionInterval, now: number) {
    this.restart(interval, now);
  }

  /** A refresh succeeded with this interval and these roles. */
  restart(interval: SessionInterval, now: number): void {
    const { seconds } = interval;
    // 10: half of the interval for the refresher; the other waits until a third, at most 32 s, is left.
    this.refreshAt = interval.weRefresh ? now + (seconds * 1000) / 2 : undefined;
    this.expireAt = now + seconds * 1000 - Math.min(32_000, (seconds * 1000) / 3);
  }

  stop(): void {
    this.refreshAt = undefined;
    this.expireAt = undefined;
  }

  nextTimeout(): number | undefined {
    return this.refreshAt ?? this.expireAt;
  }

  handleTimeout(now: number): SessionTimerOutput[] {
    if (this.expireAt !== undefined && now >= this.expireAt) {
      this.stop();
      return [{ type: 'expired' }];
    }
    if (this.refreshAt === undefined || now < this.refreshAt) return [];
    this.refreshAt = undefined;
    return [{ type: 'refresh' }];
  }
}
