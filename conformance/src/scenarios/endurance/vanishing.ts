/** Ends of calls that crash, of which the target is told nothing: over UDP it can only wait for its own timers. */
import { sdp } from '../../drivers/sipp/sdp.ts';
import { drop, ivr, waiting } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { isLeft, rings } from './courses.ts';
import type { Caller, Course, Kind } from './crowd.ts';

/** Longer than any scenario: these ends never go on. */
const forever = 600_000;
const stays = (invited: Caller): Caller => invited.expect(200).pause(forever);
/** How long callees may ring, s. */
const maxRingTime = 2;

/** The callers crash once there have been so many callbacks of this name. */
const talking: Course = async ({ app, calls, callers, until, rest }) => {
  app.on('newCall', ivr()).on('getIvrCommand', waiting());
  const leg = await callers(stays, { atOnce: calls });
  await until('getIvrCommand', calls);
  await leg.kill();
  await Promise.all(app.sessions().map((sessionId) => rest('hangupparticipant', { sessionId })));
};

/** The caller is gone when it is answered: there is no ACK. */
const asking: Course = async ({ app, calls, callers, until }) => {
  app.on('newCall', { answer: { json: ivr(), delayMs: 1000, expectInvalid: false } }).on('getIvrCommand', waiting());
  const leg = await callers(stays, { atOnce: calls });
  await until('newCall', calls);
  await leg.kill();
};

/** The user of a device is called, nobody does anything, and the caller is gone before it has rung long enough. */
const ringing: Course = async ({ app, calls, callers, until }) => {
  app.on('newRemoteCall', {});
  const leg = await callers(stays, { atOnce: calls });
  await until('newRemoteCall', calls);
  await leg.kill();
};

/** The callee rings, the caller is gone. */
const waitingFor: Course = async (stage) => {
  const { leg: callee, uri } = await stage.callees((invited) => rings(invited).cancelled());
  stage.app.on('newCall', callTo(uri, { maxRingTime })).on('callEvent', drop('busy'));
  const leg = await stage.callers(stays, { atOnce: stage.calls });
  await stage.until('callNotify', stage.calls);
  await leg.kill();
  await stage.ended(callee);
};

/** The callee has answered, and is gone; the callers hang up later. */
const talkedTo: Course = async (stage) => {
  const { leg: callee, uri } = await stage.callees((invited) => invited.answer({ sdp: sdp() }).pause(forever));
  stage.app.on('newCall', callTo(uri)).on('callEvent', drop());
  const leg = await stage.callers((invited) => invited.expect(200).pause(3000).bye(), { atOnce: stage.calls });
  await stage.until('callAnswered', stage.calls);
  await callee.kill();
  await stage.ended(leg);
};

/** The callee rings and is gone: nobody answers the CANCEL. */
const rung: Course = async (stage) => {
  const { leg: callee, uri } = await stage.callees((invited) => rings(invited).pause(forever));
  stage.app.on('newCall', callTo(uri, { maxRingTime })).on('callEvent', drop('busy'));
  const leg = await stage.callers((invited) => invited.expect(486), { atOnce: stage.calls });
  await stage.until('callNotify', stage.calls);
  await callee.kill();
  await stage.ended(leg);
};

/** The monitor is gone; the call it listens to goes on and ends. */
const listening: Course = async (stage) => {
  const { leg: monitor, uri: monitorDestAddr } = await stage.callees(
    (invited) => invited.answer({ sdp: sdp() }).pause(forever),
    { name: 'monitor' },
  );
  const { leg: callee, uri } = await stage.callees(isLeft);
  stage.app.on('newCall', callTo(uri, { monitorDestAddr })).on('callEvent', drop());
  const leg = await stage.callers((invited) => invited.expect(200).pause(3000).bye(), { atOnce: stage.calls });
  await stage.until('callAnswered', 2 * stage.calls);
  await monitor.kill();
  await stage.ended(leg, callee);
};

const calls = 4;
const callControl = { capability: 'call-control', calls } as const;

export const vanishing: readonly Kind[] = [
  { name: 'caller-talks', capability: 'ivr', calls, course: talking },
  { name: 'caller-asks', capability: 'ivr', calls, course: asking },
  { name: 'caller-rings', capability: 'cloud-ua', tenant: 'shortRing', calls, course: ringing },
  { name: 'caller-waits', ...callControl, course: waitingFor },
  { name: 'callee-talks', ...callControl, course: talkedTo },
  { name: 'callee-rings', ...callControl, course: rung },
  { name: 'monitor-listens', capability: 'monitoring', calls, course: listening },
];
