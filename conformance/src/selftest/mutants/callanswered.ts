import { pause } from '../../drivers/promises.ts';
import { callback, mutant } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

/** callAnswered of a call whose RTP a device handles itself. */
const ofDevice = callback('callAnswered').when(({ body }) => body.codec !== undefined);
const scenarios = ['actions/httpcall'];

export const callanswered: readonly Mutant[] = [
  mutant(
    'callanswered/question-first',
    'callAnswered of an IVR call comes after the first getIvrCommand',
    'callanswered-ivr',
    callback('callAnswered').after('getIvrCommand'),
    { scenarios: ['callanswered/outbound-ivr-call'] },
  ),
  mutant(
    'callanswered/other-codec',
    "callAnswered names another codec than that of the far end's SDP",
    'callanswered-codec',
    ofDevice.set('/codec', 'PCMA'),
    { scenarios },
  ),
  mutant(
    'callanswered/other-remote-address',
    "callAnswered names another address than that of the far end's SDP",
    'callanswered-remote-rtp-ip',
    ofDevice.set('/remoteRtpIp', '192.0.2.1'),
    { scenarios },
  ),
  mutant(
    'callanswered/other-remote-port',
    "callAnswered names another port than that of the far end's SDP",
    'callanswered-remote-rtp-port',
    ofDevice.change('/remoteRtpPort', (was) => Number(was) + 2),
    { scenarios },
  ),
  mutant(
    'callanswered/after-the-greeting',
    'callAnswered comes when the greeting is over',
    'callanswered-before-greeting',
    // Answered at once, or the target would wait for it.
    callback('callAnswered').edit(() => ({ answer: { status: 200, json: {} }, until: pause(2000) })),
    { scenarios: ['actions-media/greeting-simultaneous'] },
  ),
];
