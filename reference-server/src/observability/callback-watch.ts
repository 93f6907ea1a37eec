/** Counts what callbacks tell of: alarms, and sessions that ended. */
import type { CallbackPort } from '../session/ports/callbacks.ts';
import type { Metrics } from './metrics.ts';

export function watchCallbacks(port: CallbackPort, metrics: Pick<Metrics, 'alarm' | 'sessionEnd'>): CallbackPort {
  return {
    send(request) {
      const { name, domain, body } = request;
      if (name === 'alarm') metrics.alarm({ type: String(body.type), error: String(body.error), domain });
      if (name === 'sessionCompleted') {
        const seconds = Number(body.sessionDuration);
        metrics.sessionEnd({ reason: String(body.reason), domain, seconds: Number.isFinite(seconds) ? seconds : 0 });
      }
      port.send(request);
    },
    forget: (session) => port.forget(session),
  };
}
