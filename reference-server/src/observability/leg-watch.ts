/** Knows the legs that are alive, so that a server that must stop at once ends them in order instead of falling silent. */
import type { LegId } from '../session/ids.ts';
import type { CallbackEvent } from '../session/ports/callbacks.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { SipEvent, SipPort } from '../session/ports/sip.ts';

interface LegWatch {
  /** The port with its commands seen. */
  readonly sip: SipPort;
  /** To be told every event before the session layer is. */
  saw(event: SipEvent | MediaEvent | CallbackEvent): void;
  /** Ends each leg on the wire (503, CANCEL or BYE), and tells the session layer of it. */
  endAll(dispatch: (event: SipEvent) => void): void;
}

type State = 'arriving' | 'leaving' | 'answered';

export function watchLegs(port: SipPort): LegWatch {
  const legs = new Map<LegId, State>();
  return {
    sip: {
      progress: (leg, status, sdp) => port.progress(leg, status, sdp),
      answer(leg, sdp) {
        legs.set(leg, 'answered');
        port.answer(leg, sdp);
      },
      reject(leg, status, reason) {
        legs.delete(leg);
        port.reject(leg, status, reason);
      },
      invite(leg, invite) {
        legs.set(leg, 'leaving');
        port.invite(leg, invite);
      },
      cancel: (leg) => port.cancel(leg),
      hangup(leg) {
        legs.delete(leg);
        port.hangup(leg);
      },
      respondOffer: (leg, offerId, status, sdp) => port.respondOffer(leg, offerId, status, sdp),
      reoffer: (leg, sdp) => port.reoffer(leg, sdp),
    },
    saw(event) {
      if (event.type === 'sip.incoming') legs.set(event.call.leg, 'arriving');
      else if (event.type === 'sip.answered') legs.set(event.leg, 'answered');
      else if (event.type === 'sip.failed' || event.type === 'sip.cancelled' || event.type === 'sip.ended') {
        legs.delete(event.leg);
      }
    },
    endAll(dispatch) {
      for (const [leg, state] of [...legs]) {
        legs.delete(leg);
        switch (state) {
          case 'arriving':
            port.reject(leg, 503);
            dispatch({ type: 'sip.cancelled', leg });
            break;
          case 'leaving':
            port.cancel(leg);
            dispatch({ type: 'sip.failed', leg, status: 503, reason: 'the service stops' });
            break;
          case 'answered':
            port.hangup(leg);
            dispatch({ type: 'sip.ended', leg, cause: 'failure' });
            break;
          default:
            state satisfies never;
        }
      }
    },
  };
}
