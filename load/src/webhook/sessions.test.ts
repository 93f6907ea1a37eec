import { expect, it } from 'vitest';
import type { Callback } from './flows.ts';
import { Sessions } from './sessions.ts';

const setting = {
  promptUrl: 'http://127.0.0.1:1/prompt.wav',
  digitSeconds: 9,
  contactOf: (user: string) => (user === 'b1' ? 'sip:b1@127.0.0.1:4000' : undefined),
};
const newCall = (load: string, more: Record<string, string> = {}): Callback => ({
  sessionId: 's1',
  xHeaders: { 'x-load': load, 'x-load-sent': '1000', ...more },
});
const of = (): Sessions => new Sessions(setting);
/** Takes callbacks one after the other, 10 ms apart, each answered in 1 ms; gives the answers. */
const play = (sessions: Sessions, ...callbacks: readonly (readonly [string, Callback])[]): unknown[] =>
  callbacks.map(([name, body], i) => {
    const taken = sessions.take(name, body, 1005, i * 10);
    taken.sent(i * 10 + 1);
    return taken.answer;
  });
const s1: Callback = { sessionId: 's1' };

it('leads an IVR call through prompt and digit to its end', () => {
  const sessions = of();
  const answers = play(
    sessions,
    ['newCall', newCall('ivr')],
    ['callAnswered', s1],
    ['getIvrCommand', s1],
    ['getIvrCommand', { ...s1, dtmfParams: { dtmfMatch: '5' } }],
    ['sessionCompleted', s1],
  );
  expect(answers).toEqual([
    { action: 'ivr' },
    {},
    {
      phrases: [{ format: 'url', url: setting.promptUrl, cacheTimeToLive: 'DAY' }],
      dtmf: { flush: true, maxDigits: 1, firstTimeout: 9 },
    },
    { hangup: true },
    {},
  ]);
  const counts = sessions.counts();
  expect(counts).toMatchObject({ begun: 1, ended: 1, doubled: 0, unexpected: 0 });
  expect(counts.newCallMs.summary()).toMatchObject({ count: 1, max: 5 });
  // Only the first getIvrCommand: the second waits for a person.
  expect(counts.getIvrCommandMs.summary()).toMatchObject({ count: 1, max: 9 });
  expect(sessions.open).toBe(0);
});

it.each([
  [
    'a bridge is connected with the contact of its callee',
    'bridge',
    'b1',
    { action: 'call', destAddr: 'sip:b1@127.0.0.1:4000' },
  ],
  ['a callee who has not registered', 'bridge', 'b2', { action: 'drop', dropCode: 'unavailable' }],
  ['impatient calls ring at a callee too', 'impatient', 'b1', { action: 'call', destAddr: 'sip:b1@127.0.0.1:4000' }],
  ['a short call goes to the IVR', 'churn', 'b1', { action: 'ivr' }],
])('%s', (_name, load, callee, wanted) => {
  expect(play(of(), ['newCall', newCall(load, { 'x-load-callee': callee })])).toEqual([wanted]);
});

it.each<readonly [string, readonly (readonly [string, Callback])[], Record<string, number>]>([
  ['a session that never ends is open', [['newCall', newCall('ivr')]], { begun: 1, ended: 0 }],
  [
    'sessionCompleted twice',
    [
      ['newCall', newCall('churn')],
      ['sessionCompleted', s1],
      ['sessionCompleted', s1],
    ],
    { ended: 1, doubled: 1, unexpected: 0 },
  ],
  [
    'a callback after the end',
    [
      ['newCall', newCall('churn')],
      ['sessionCompleted', s1],
      ['getIvrCommand', s1],
    ],
    { ended: 1, unexpected: 1 },
  ],
  [
    'newCall twice for one session',
    [
      ['newCall', newCall('churn')],
      ['newCall', newCall('churn')],
    ],
    { begun: 1, unexpected: 1 },
  ],
  ['a call that is not of the generator', [['newCall', { sessionId: 's1' }]], { begun: 0, unexpected: 1 }],
  [
    'a callback that there is not',
    [
      ['newCall', newCall('ivr')],
      ['callRung', s1],
    ],
    { unexpected: 1 },
  ],
  ['a placed call that nobody answered', [['sessionCompleted', s1]], { begun: 1, ended: 1, unexpected: 0 }],
  [
    'a placed call is known by its reference',
    [
      ['callAnswered', { ...s1, sessionReferenceId: { load: 'outbound' } }],
      ['sessionCompleted', s1],
    ],
    { begun: 1, ended: 1, unexpected: 0 },
  ],
])('%s', (_name, callbacks, wanted) => {
  const sessions = of();
  play(sessions, ...callbacks);
  expect(sessions.counts()).toMatchObject(wanted);
});

it('knows a Cloud UA call by the reference that it was given, since newRemoteCall names no session', () => {
  const sessions = of();
  const taken = sessions.take('newRemoteCall', { replyId: 'r1', codec: 'PCMU' }, 0, 0);
  expect(taken.remote).toEqual({ replyId: 'r1', codec: 'PCMU' });
  const { sessionReferenceId } = taken.answer as { sessionReferenceId: unknown };
  play(sessions, ['callAnswered', { ...s1, sessionReferenceId }], ['sessionCompleted', { ...s1, sessionReferenceId }]);
  expect(sessions.counts()).toMatchObject({ begun: 1, ended: 1, unexpected: 0 });
});

it('counts alarms by what they say', () => {
  const sessions = of();
  play(sessions, ['alarm', { type: 'callError', error: 'RTP media timeout' }]);
  expect(sessions.counts().alarms).toEqual({ 'callError: RTP media timeout': 1 });
});

it.each<readonly [string, readonly (readonly [string, Callback])[], unknown]>([
  [
    'each callback that is due, once a session',
    [
      ['newCall', newCall('churn')],
      ['callAnswered', s1],
      ['callAnswered', s1],
      ['getIvrCommand', s1],
      ['getIvrCommand', s1],
      ['sessionCompleted', s1],
      ['sessionCompleted', s1],
    ],
    { churn: { newCall: 1, callAnswered: 1, getIvrCommand: 1, sessionCompleted: 1 } },
  ],
  [
    'by flow, and none that no flow determines',
    [
      ['newCall', newCall('bridge', { 'x-load-callee': 'b1' })],
      ['callEvent', s1],
      ['callNotify', { sessionId: 's2', sessionReferenceId: { load: 'outbound' } }],
      ['getIvrCommand', { sessionId: 's2' }],
    ],
    { bridge: { newCall: 1 }, outbound: { getIvrCommand: 1 } },
  ],
  [
    'the end of a call that was never answered',
    [['sessionCompleted', { sessionId: 's3', sessionReferenceId: { load: 'outbound' } }]],
    { outbound: { sessionCompleted: 1 } },
  ],
])('counts %s', (_name, callbacks, had) => {
  const sessions = of();
  play(sessions, ...callbacks);
  expect(sessions.counts().had).toEqual(had);
  expect(sessions.counts().had).toEqual({});
});
