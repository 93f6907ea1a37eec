/** Lets calls in while there is room, and counts them (D-ERR: 503 while full). */
import type { CallbackEvent } from '../session/ports/callbacks.ts';
import type { DomainPort } from '../session/ports/domains.ts';
import type { SessionHost } from '../session/ports/host.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { OperationOutcome } from '../session/ports/operation.ts';
import type { SipEvent, SipPort } from '../session/ports/sip.ts';

interface AdmissionOptions {
  readonly host: SessionHost;
  readonly sip: Pick<SipPort, 'reject'>;
  readonly domains: Pick<DomainPort, 'find'>;
  /** Sessions at once; 0 is no limit. */
  readonly maxSessions: number;
  readonly began: (call: { readonly direction: 'inbound' | 'outbound'; readonly domain: string }) => void;
}

export interface Admission extends Pick<SessionHost, 'dispatch' | 'operate'> {
  full(): boolean;
}

const refused: OperationOutcome = {
  ok: false,
  status: 503,
  error: 'full',
  message: 'Try again when a call has ended, or on another node.',
};

export function createAdmission({ host, sip, domains, maxSessions, began }: AdmissionOptions): Admission {
  const full = (): boolean => maxSessions > 0 && host.stats().sessions >= maxSessions;
  return {
    full,
    dispatch(event: SipEvent | MediaEvent | CallbackEvent) {
      if (event.type === 'sip.incoming') {
        const { called, leg } = event.call;
        const domain = domains.find(called.host, called.user);
        // A call of no domain stays a 404, full or not.
        if (domain !== undefined && full()) return sip.reject(leg, 503);
        if (domain !== undefined) began({ direction: 'inbound', domain: domain.name });
      }
      host.dispatch(event);
    },
    operate(operation) {
      const places = operation.name === 'placeIvrCall' || operation.name === 'placeRemoteCall';
      if (places && full()) return refused;
      const outcome = host.operate(operation);
      if (places && outcome.ok) began({ direction: 'outbound', domain: operation.domain });
      return outcome;
    },
  };
}
