/** The alarms of D-ALARM, each type with the errors that it may carry. */
import type { Json } from './ports.ts';

export type Alarm = { readonly details?: Readonly<Record<string, Json>> } & (
  | { readonly type: 'sessionError'; readonly error: 'maxDuration' }
  | {
      readonly type: 'newCallEventError';
      readonly error:
        | 'newCall response empty'
        | 'newCall response without action'
        | 'newCall response with unknown action'
        | 'newCall request failed';
    }
  | { readonly type: 'emergencyFallback'; readonly error: 'triggeredByAlways' | 'triggeredByError' }
  | {
      readonly type: 'ivrCommandError';
      readonly error:
        | 'phraseError'
        | 'mediaServerError'
        | 'phraseRemoteCacheTimeout'
        | 'Empty body in getIvrCommand response'
        | 'getIvrCommand request error'
        | 'IVR command failed';
    }
  | {
      readonly type: 'callError';
      readonly error: 'RTP media timeout' | 'invalidSdp' | 'sessionExpired' | 'cancelFailed';
    }
);
