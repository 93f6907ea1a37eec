/** Calls of two parties over real SIP and RTP: who is told what, who hears whom, and that nothing stays. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../session/json.ts';
import type { Call, Refused } from './phone.ts';
import type { Stage } from './stage.ts';
import { withStage } from './with-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
const theStage = withStage();
beforeAll(() => {
  stage = theStage();
});

const answered = (result: Call | Refused): Call => {
  if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
  return result;
};
const names = () => stage.app.received.map(({ name }) => name);
const text = (body: Json | undefined) => String(body);

/** A call whose newCall is answered by `call` with these properties, and callEvent by drop. */
const connected = async (properties: Readonly<Record<string, Json>> = {}) => {
  stage.app.answer = ({ name }) => {
    if (name === 'newCall') return { action: 'call', destAddr: `sip:bob@${stage.phones.address}`, ...properties };
    return name === 'callEvent' ? { action: 'drop' } : undefined;
  };
  const there = stage.phones.answerNext();
  const caller = answered(await stage.phones.call(stage.uri('1000'), { 'X-Ticket': 'abc' }));
  const callee = await there;
  const { body } = await stage.app.next('callAnswered');
  return { caller, callee, body };
};

describe('the Cloud UA', () => {
  const device = { codec: 'PCMU', receiveIp: '127.0.0.1', receivePort: 40_000 } as const;

  it('answers a call in the name of the device', async () => {
    stage.app.answer = () => undefined;
    const calling = stage.phones.call(stage.uri('1900'));
    const { body } = await stage.app.next('newRemoteCall');
    const replyId = text(body.replyId);
    expect((await stage.rest('sendremotecallringback', { replyId })).status).toBe(200);
    expect((await stage.rest('answerremotecall', { replyId, ...device })).status).toBe(200);
    const call = answered(await calling);
    expect(call.remoteSdp).toContain('m=audio 40000 RTP/AVP 0');
    const told = (await stage.app.next('callAnswered')).body;
    expect(told).toMatchObject({ codec: 'PCMU', remoteRtpIp: '127.0.0.1', remoteRtpPort: text(call.ear.port) });
    expect((await stage.rest('hangupcall', { replyId: text(told.replyId) })).status).toBe(200);
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'applicationHangup' });
  });

  it('calls somebody in the name of the device', async () => {
    stage.app.answer = () => undefined;
    const there = stage.phones.answerNext();
    const request = { destinationUri: `sip:far@${stage.phones.address}`, sourceUser: '4711', ...device };
    expect((await stage.rest('placeremotecall', request)).status).toBe(200);
    const far = await there;
    expect(far.remoteSdp).toContain('m=audio 40000 RTP/AVP 0');
    expect(far.request.get('From')).toContain('sip:4711@');
    expect((await stage.app.next('callAnswered')).body).toMatchObject({ remoteRtpPort: text(far.ear.port) });
    await far.hangup();
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'calledPartyDrop' });
  });
});

describe('action call', () => {
  it('connects two parties who hear each other, and a BYE of one ends both', async () => {
    const { caller, callee, body } = await connected({ copyHeaders: ['x-ticket'], sipFrom: 'front' });
    expect(callee.request.get('X-Ticket')).toBe('abc');
    expect(callee.request.get('From')).toContain('sip:front@');
    caller.ear.voice = 600;
    callee.ear.voice = 1_000;
    await expect.poll(() => callee.ear.millisecondsOf(600), { timeout: 15_000 }).toBeGreaterThan(500);
    await expect.poll(() => caller.ear.millisecondsOf(1_000), { timeout: 15_000 }).toBeGreaterThan(500);
    await callee.hangup();
    const event = (await stage.app.next('callEvent')).body;
    expect(event).toMatchObject({
      event: 'calledPartyDrop',
      connectionId: text(body.connectionId),
      participantId: text(body.calleeParticipantId),
      remoteParticipantId: text(body.callerParticipantId),
    });
    await caller.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'calledPartyDrop' });
    expect(names().filter((name) => name !== 'callNotify')).toEqual([
      'newCall',
      'callAnswered',
      'callEvent',
      'sessionCompleted',
    ]);
  });

  it('tells a callee who is busy, and drops the caller with the code of the answer', async () => {
    const busy = stage.phones.refuseNext(486);
    stage.app.answer = ({ name }) => {
      if (name === 'newCall') return { action: 'call', destAddr: `sip:bob@${stage.phones.address}` };
      return name === 'callEvent' ? { action: 'drop', dropCode: 'congestion' } : undefined;
    };
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status: 503 });
    await busy;
    expect((await stage.app.next('callEvent')).body).toMatchObject({ event: 'calledPartyFailure' });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'rejected' });
  });

  it('cancels the callee when the caller does', async () => {
    stage.app.answer = ({ name }) =>
      name === 'newCall' ? { action: 'call', destAddr: `sip:bob@${stage.phones.address}` } : undefined;
    const { rings, cancelled } = stage.phones.ringAndWait();
    expect(await stage.phones.callAndCancel(stage.uri('1000'), rings)).toEqual({ status: 487 });
    await cancelled;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'cancelled' });
    expect(names()).not.toContain('callEvent');
  });

  it('hands a hold on to the other party, and the resume', async () => {
    const { caller, callee } = await connected();
    expect(await caller.reinvite('sendonly')).toBe(200);
    expect(await callee.reinvited).toContain('a=sendonly');
    expect((await stage.app.next('callNotify')).body).toMatchObject({ event: 'reInvite' });
    expect(await caller.reinvite('sendrecv')).toBe(200);
    caller.ear.voice = 600;
    await expect.poll(() => callee.ear.millisecondsOf(600), { timeout: 15_000 }).toBeGreaterThan(200);
    await caller.hangup();
    await callee.ended;
    await stage.app.next('sessionCompleted');
  });

  it('is split by the application; each party is asked for', async () => {
    const { caller, callee, body } = await connected();
    const split = await stage.rest('splitconnection', { connectionId: text(body.connectionId) });
    expect(split).toEqual({ status: 200, body: { success: true } });
    await Promise.all([caller.ended, callee.ended]);
    expect((await stage.app.next('callEvent', 1)).body).toMatchObject({ event: 'callerConnectionSplit' });
    expect((await stage.app.next('callEvent', 2)).body).toMatchObject({ event: 'calleeConnectionSplit' });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'completed' });
  });

  it('plays the ringing tone as early media while the callee rings', async () => {
    stage.app.answer = ({ name }) => {
      const call = { action: 'call', destAddr: `sip:bob@${stage.phones.address}`, ringbackTone: 'default' };
      if (name === 'newCall') return { ...call, maxRingTime: 2 };
      return name === 'callEvent' ? { action: 'drop', dropCode: 'unavailable' } : undefined;
    };
    const { cancelled } = stage.phones.ringAndWait();
    const early: number[] = [];
    let heard: Call['ear'] | undefined;
    const refused = await stage.phones.call(stage.uri('1000'), {}, (status, ear) => {
      early.push(status);
      heard = ear;
    });
    expect(refused).toEqual({ status: 480 });
    await cancelled;
    expect(early).toContain(183);
    expect(heard?.millisecondsOf(425)).toBeGreaterThan(500);
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'noAnswer' });
  });
});
