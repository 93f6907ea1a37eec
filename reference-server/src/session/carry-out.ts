/** Effects become calls of the ports. An adapter that throws costs its own command only. */
import type { Effect, SessionEvent, TimerKey } from './events.ts';
import type { Ports } from './ports.ts';
import type { Slot, Timer } from './slot.ts';

/** Longest delay that a 32-bit timer takes; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

export interface Carrier {
  readonly ports: Ports;
  readonly enqueue: (slot: Slot, event: SessionEvent, timer: Timer) => void;
  /** What sessions say to each other. */
  readonly passOn: {
    askFor(slot: Slot, effect: Extract<Effect, { type: 'ask for' }>): void;
    handOver(slot: Slot, effect: Extract<Effect, { type: 'hand over' }>): void;
  };
}

export const carryOut = (carrier: Carrier, slot: Slot, effect: Effect) => {
  try {
    perform(carrier, slot, effect);
  } catch (error) {
    carrier.ports.log.error({ sessionId: slot.session.id, effect: effect.type, err: error }, 'command failed');
  }
};

const clear = (slot: Slot, key: TimerKey) => {
  slot.timers.get(key)?.cancel();
  slot.timers.delete(key);
};

const perform = ({ ports, enqueue, passOn }: Carrier, slot: Slot, effect: Effect) => {
  const { sip, media, callbacks, clock, log } = ports;
  switch (effect.type) {
    case 'sip.progress':
      return sip.progress(effect.leg, effect.status, effect.sdp);
    case 'sip.answer':
      return sip.answer(effect.leg, effect.sdp);
    case 'sip.reject':
      return sip.reject(effect.leg, effect.status);
    case 'sip.invite':
      return sip.invite(effect.leg, effect.invite);
    case 'sip.cancel':
      return sip.cancel(effect.leg);
    case 'sip.hangup':
      return sip.hangup(effect.leg);
    case 'sip.respondOffer':
      return sip.respondOffer(effect.leg, effect.offerId, effect.status, effect.sdp);
    case 'sip.reoffer':
      return sip.reoffer(effect.leg, effect.sdp);
    case 'media.open':
      return media.open(effect.leg, effect.request);
    case 'media.start':
      return media.start(effect.leg);
    case 'media.accept':
      return media.accept(effect.leg, effect.answer, ...(effect.source === undefined ? [] : [effect.source]));
    case 'media.update':
      return media.update(effect.leg, effect.offerId, effect.offer);
    case 'media.offer':
      return media.offer(effect.leg, effect.direction, ...(effect.whole === undefined ? [] : [effect.whole]));
    case 'media.watch':
      return media.watch(effect.leg, effect.rtpTimeoutSeconds);
    case 'media.press':
      return media.press(effect.leg, effect.digit);
    case 'media.join':
      return media.join(...effect.legs);
    case 'media.separate':
      return media.separate(...effect.legs);
    case 'media.listen':
      return media.listen(effect.monitor, effect.to);
    case 'media.startRecording':
      return media.startRecording(effect.recording);
    case 'media.stopRecording':
      return media.stopRecording(effect.recording);
    case 'media.play':
      return media.play(effect.leg, effect.job);
    case 'media.stop':
      return media.stop(effect.leg, effect.job, effect.what);
    case 'media.background':
      return media.background(effect.leg, effect.prompt);
    case 'media.close':
      return media.close(effect.leg);
    case 'ask for':
      return passOn.askFor(slot, effect);
    case 'hand over':
      return passOn.handOver(slot, effect);
    case 'callback':
      return callbacks.send(effect.request);
    case 'timer.clear':
      return clear(slot, effect.key);
    case 'timer.set': {
      clear(slot, effect.key);
      const milliseconds = Math.min(effect.milliseconds, longest);
      const timer: Timer = {
        cancel: clock.after(milliseconds, () => enqueue(slot, { type: 'timer', key: effect.key }, timer)),
      };
      slot.timers.set(effect.key, timer);
      return;
    }
    case 'log': {
      const { id, traceId, domain } = slot.session;
      const fields = { sessionId: id, traceId, domain: domain.name, ...effect.fields };
      return log[effect.level](fields, effect.message);
    }
    default:
      return effect satisfies never;
  }
};
