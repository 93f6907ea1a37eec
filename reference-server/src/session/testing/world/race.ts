/** What a race is, and how far the calls are when it begins. */
import { answer, call, greeting } from './application.ts';
import { callComesIn } from './far-end.ts';
import { type Kind, kinds, on, twoParties } from './kinds.ts';
import { recordings, threadDies } from './media.ts';
import type { Move } from './world.ts';

export interface Race {
  readonly settings?: Kind['settings'];
  readonly setup: readonly Move[];
  /** Each comes in its own order, any of them at any time, or never. */
  readonly lanes: readonly (readonly Move[])[];
  /** What is told at the end, where the order decides it; `happened` are the moves of the lanes that found something to do. */
  readonly reason?: (happened: readonly string[]) => string | undefined;
}

export const [recorded = threadDies] = recordings;
export const drop = (name?: string) => answer({ action: 'drop' }, name);
export const toIvr = answer({ action: 'ivr' }, 'callEvent');
export const dropped = drop('callEvent');
export const served = kinds['inbound IVR']?.way.slice(0, 5) ?? [];
export const ringing: readonly Move[] = [
  callComesIn(),
  answer({ ...call, maxRingTime: 20, ringbackTone: 'default' }),
  ...on(0, 'opened'),
  ...on(1, 'opened', '180'),
  answer(),
];
export const greeted: readonly Move[] = [
  callComesIn(),
  answer({ ...call, greeting, callRecording: true, monitorDestAddr: 'sip:m@n' }),
  ...on(0, 'opened'),
  ...on(1, 'opened', '200'),
  ...on(0, 'ACK'),
];
export const talking = twoParties();
export const held: readonly Move[] = [...talking, ...on(0, 're-INVITE', 'held'), ...on(1, 'offer made'), answer()];
export const remote: readonly Move[] = [callComesIn('remote')];

/** The first of the moves that happened. */
export const first =
  (reasons: Readonly<Record<string, string>>) =>
  (happened: readonly string[]): string | undefined => {
    const decisive = happened.find((name) => name in reasons);
    return decisive === undefined ? undefined : reasons[decisive];
  };

export const late = (body: object): Race => ({
  setup: [callComesIn()],
  lanes: [
    on(0, 'CANCEL'),
    [answer(body as typeof call, 'newCall')],
    on(0, 'opened', 'ACK'),
    on(1, 'opened', '180', '200'),
  ],
  reason: (happened) => (happened.includes('CANCEL on 0') ? 'cancelled' : undefined),
});
