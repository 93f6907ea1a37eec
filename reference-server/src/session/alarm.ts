/** The alarms of D-ALARM, each type with the errors that it may carry. */
import type { Json } from './json.ts';

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
  | {
      readonly type: 'callEventError';
      readonly error:
        | 'No response to callEvent request'
        | 'No action provided in callEvent response'
        | 'callEvent response with unknown action'
        | `Invalid sip address: ${string}`;
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
  | {
      readonly type: 'callError';
      readonly error: 'unexpectedReinviteResponse';
      /** Properties of the alarm itself, beside its details. */
      readonly about: {
        readonly status: string;
        readonly participantId: string;
        readonly user: string;
        readonly callId: string | undefined;
      };
    }
);
