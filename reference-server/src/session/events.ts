/** What goes into the reducer and what comes out of it. */
import type { Digit, LegId, ParticipantId, PlayJobId, RecordingId, SessionId } from './ids.ts';
import type { Participant } from './participant.ts';
import type { CallbackEvent, CallbackRequest } from './ports/callbacks.ts';
import type { Direction, MediaRequest, RecordingRequest } from './ports/media.ts';
import type { MediaEvent } from './ports/media-event.ts';
import type { Elsewhere } from './ports/nodes.ts';
import type { BackgroundPrompt, PlayJob } from './ports/phrase.ts';
import type { OutboundInvite, SipEvent } from './ports/sip.ts';
import type { Device } from './remote/device.ts';

/** Timers by name: setting one again restarts it. */
export type TimerKey =
  | 'maxSession'
  | `ring/${LegId}`
  | `collect/${ParticipantId}`
  | `command/${ParticipantId}`
  | `reoffer/${ParticipantId}`
  | `recording/${RecordingId}`;

export type SessionEvent =
  | SipEvent
  | MediaEvent
  | CallbackEvent
  | { readonly type: 'timer'; readonly key: TimerKey }
  /** The first event of a session that the application opens. */
  | { readonly type: 'place'; readonly invite: OutboundInvite; readonly user: string; readonly maxRingSeconds: number }
  /** The first event of a Cloud UA's call to somebody. */
  | { readonly type: 'place remote'; readonly invite: OutboundInvite; readonly user: string; readonly device: Device }
  /** Another session wants a participant of this one, who waits (D-ACTION, connect). */
  | {
      readonly type: 'asked for';
      readonly participant: ParticipantId;
      readonly by: SessionId;
      readonly for: ParticipantId;
    }
  /** The participant asked for comes with its leg and media, or nobody of the kind waits. */
  | { readonly type: 'handed over'; readonly participant: Participant | undefined; readonly for: ParticipantId }
  /** The participant asked for waits on another node: a call there brings it. */
  | {
      readonly type: 'found elsewhere';
      readonly participant: ParticipantId;
      readonly where: Elsewhere;
      readonly for: ParticipantId;
    };

export type Effect =
  | { readonly type: 'sip.progress'; readonly leg: LegId; readonly status: 180 | 183; readonly sdp?: string }
  | { readonly type: 'sip.answer'; readonly leg: LegId; readonly sdp: string }
  | { readonly type: 'sip.reject'; readonly leg: LegId; readonly status: number }
  | { readonly type: 'sip.invite'; readonly leg: LegId; readonly invite: OutboundInvite }
  | { readonly type: 'sip.cancel'; readonly leg: LegId }
  | { readonly type: 'sip.hangup'; readonly leg: LegId }
  | {
      readonly type: 'sip.respondOffer';
      readonly leg: LegId;
      readonly offerId: string;
      readonly status: number;
      readonly sdp?: string;
    }
  | { readonly type: 'sip.reoffer'; readonly leg: LegId; readonly sdp: string }
  | { readonly type: 'media.open'; readonly leg: LegId; readonly request: MediaRequest }
  | { readonly type: 'media.start'; readonly leg: LegId }
  | {
      readonly type: 'media.accept';
      readonly leg: LegId;
      readonly answer: string;
      readonly source?: string | undefined;
    }
  | { readonly type: 'media.update'; readonly leg: LegId; readonly offerId: string; readonly offer: string }
  | { readonly type: 'media.offer'; readonly leg: LegId; readonly direction: Direction; readonly whole?: boolean }
  | { readonly type: 'media.watch'; readonly leg: LegId; readonly rtpTimeoutSeconds: number }
  | { readonly type: 'media.join'; readonly legs: readonly [LegId, LegId] }
  | { readonly type: 'media.separate'; readonly legs: readonly [LegId, LegId] }
  | { readonly type: 'media.listen'; readonly monitor: LegId; readonly to: readonly LegId[] }
  | { readonly type: 'media.startRecording'; readonly recording: RecordingRequest }
  | { readonly type: 'media.stopRecording'; readonly recording: RecordingId }
  | { readonly type: 'media.play'; readonly leg: LegId; readonly job: PlayJob }
  | { readonly type: 'media.stop'; readonly leg: LegId; readonly job: PlayJobId; readonly what: 'current' | 'all' }
  | { readonly type: 'media.background'; readonly leg: LegId; readonly prompt: BackgroundPrompt | undefined }
  | { readonly type: 'media.press'; readonly leg: LegId; readonly digit: Digit }
  | { readonly type: 'media.close'; readonly leg: LegId }
  /** To the session that the participant is in: it is asked for. */
  | { readonly type: 'ask for'; readonly participant: ParticipantId; readonly for: ParticipantId }
  | {
      readonly type: 'hand over';
      readonly participant: Participant | undefined;
      readonly to: SessionId;
      readonly for: ParticipantId;
    }
  | { readonly type: 'callback'; readonly request: CallbackRequest }
  | { readonly type: 'timer.set'; readonly key: TimerKey; readonly milliseconds: number }
  | { readonly type: 'timer.clear'; readonly key: TimerKey }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn';
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
