/** Whoever hears a leg, packet by packet: another leg or a recording, on this thread or on another. */
import type { RtpView } from './core/rtp.ts';
import type { VoiceName } from './core/voice.ts';
import type { EndpointId } from './messages.ts';

export interface Listener {
  /** The view and the payload are good for the time of the call only. */
  audio(from: EndpointId, view: RtpView, payload: Uint8Array, codec: VoiceName): void;
  /** The leg pauses: a packet of RFC 3389 tells what that sounds like. */
  noise(from: EndpointId, view: RtpView, payload: Uint8Array): void;
  event(from: EndpointId, view: RtpView, payload: Uint8Array): void;
  /** Whom this one stands for, where that is somebody on this thread. */
  readonly here?: () => Listener | undefined;
}
