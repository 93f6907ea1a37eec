import { audioFixtureBytes } from '@mediaservice/fixtures';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../session/json.ts';
import { distance } from './distance.ts';
import type { Call, Refused } from './phone.ts';
import { domain, identifierDomain, type Stage } from './stage.ts';
import { withStage } from './with-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
const theStage = withStage(async ({ putPrompt }) => {
  for (const name of ['tone-600-2s.wav', 'tone-1000-500ms.wav', 'tone-1300-3s.wav'] as const) {
    expect(await putPrompt(name, Uint8Array.from(audioFixtureBytes(name)))).toBe(201);
  }
});
beforeAll(() => {
  stage = theStage();
});

type Answers = Readonly<Record<string, Json | ((nth: number) => Json | undefined)>>;

/** The application answers by callback name; a function is given which request of the name it is, from 1. */
function script(answers: Answers): void {
  const counts = new Map<string, number>();
  stage.app.answer = ({ name }) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const answer = answers[name];
    return typeof answer === 'function' ? answer(nth) : answer;
  };
}

const answered = (result: Call | Refused): Call => {
  if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
  return result;
};
const names = () => stage.app.received.map(({ name }) => name);
const file = (fileName: string) => ({ format: 'file', fileName });

describe('an inbound IVR call', () => {
  it('plays a prompt, takes digits, hangs up and reports it all in order', async () => {
    script({
      newCall: { action: 'ivr', sessionReferenceId: { order: 7 } },
      getIvrCommand: (nth) =>
        nth === 1
          ? { phrases: [file('tone-600-2s.wav')], dtmf: { maxDigits: 5, terminationKey: '#', firstTimeout: 10 } }
          : { phrases: [file('tone-1000-500ms.wav')], hangup: true },
    });
    const call = answered(await stage.phones.call(stage.uri('1000'), { 'X-Ticket': 'abc' }));
    expect((await stage.app.next('newCall')).body).toMatchObject({
      calledParty: '1000',
      xHeaders: { 'x-ticket': 'abc' },
    });

    await expect.poll(() => call.ear.millisecondsOf(600), { timeout: 15_000 }).toBeGreaterThanOrEqual(1_960);
    call.ear.press('12#');
    expect((await stage.app.next('getIvrCommand', 2)).body).toMatchObject({
      sessionReferenceId: { order: 7 },
      dtmfBuffer: '12#',
      dtmfParams: { dtmfMatch: '12', reason: 'terminationKey', matchedTerminationKey: '#' },
    });
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ domain, reason: 'completed' });
    expect(names()).toEqual(['newCall', 'callAnswered', 'getIvrCommand', 'getIvrCommand', 'sessionCompleted']);

    const { ear } = call;
    expect(ear.millisecondsOf(600)).toBeGreaterThanOrEqual(1_960);
    expect(ear.millisecondsOf(600)).toBeLessThanOrEqual(2_040);
    expect(ear.millisecondsOf(1000)).toBeGreaterThanOrEqual(460);
    // Over two seconds a pace of 20 ms shows whatever else the machine does; single gaps would show the machine.
    const [first, last] = [ear.heard[0]?.at ?? 0, ear.heard.at(-1)?.at ?? 0];
    expect((last - first) / (ear.heard.length - 1)).toBeCloseTo(20, 0);
    const steps = distance(ear.heard);
    expect(steps.filter(({ sequence, timestamp }) => sequence !== 1 || timestamp !== 160)).toEqual([]);
  });

  it('barge-in: a digit stops all phrases', async () => {
    script({
      newCall: { action: 'ivr' },
      getIvrCommand: (nth) =>
        nth === 1
          ? { phrases: [file('tone-1300-3s.wav'), file('tone-600-2s.wav')], bargeIn: 'all', dtmf: { maxDigits: 1 } }
          : { phrases: [], hangup: true },
    });
    const call = answered(await stage.phones.call(stage.uri('1000')));
    await expect.poll(() => call.ear.millisecondsOf(1300), { timeout: 15_000 }).toBeGreaterThan(300);
    call.ear.press('5');
    expect((await stage.app.next('getIvrCommand', 2)).body).toMatchObject({
      dtmfParams: { dtmfMatch: '5', reason: 'maxDigits' },
    });
    await call.ended;
    expect(call.ear.millisecondsOf(1300)).toBeLessThan(2_500);
    expect(call.ear.millisecondsOf(600)).toBe(0);
  });

  it('speaks text', async () => {
    script({
      newCall: { action: 'ivr' },
      getIvrCommand: {
        phrases: [
          { format: 'awstts', awsTTSParameters: { Text: 'Hello there', VoiceId: 'Joanna', OutputFormat: 'mp3' } },
        ],
        hangup: true,
      },
    });
    const call = answered(await stage.phones.call(stage.uri('1000')));
    await call.ended;
    const loud = call.ear.heard.filter(({ samples }) => samples.some((sample) => Math.abs(sample) > 1_000));
    expect(loud.length * 20).toBeGreaterThan(200);
  });

  it('is interrupted over REST', async () => {
    script({
      newCall: { action: 'ivr' },
      getIvrCommand: (nth) => (nth === 1 ? { phrases: [file('tone-1300-3s.wav')] } : { phrases: [], hangup: true }),
    });
    const call = answered(await stage.phones.call(stage.uri('1000')));
    const { replyId = '', sessionId = '' } = (await stage.app.next('getIvrCommand')).body;
    await expect.poll(() => call.ear.millisecondsOf(1300), { timeout: 15_000 }).toBeGreaterThan(200);
    expect(await stage.rest('interruptivrcommand', { replyId, sessionId })).toEqual({
      status: 200,
      body: { success: true },
    });
    expect((await stage.app.next('getIvrCommand', 2)).body).toMatchObject({ dtmfParams: { reason: 'interrupted' } });
    await call.ended;
    expect(call.ear.millisecondsOf(1300)).toBeLessThan(2_500);
    expect((await stage.rest('interruptivrcommand', { replyId, sessionId })).status).toBe(404);
  });

  it('ends when the caller hangs up', async () => {
    script({ newCall: { action: 'ivr' }, getIvrCommand: { phrases: [file('tone-1300-3s.wav')] } });
    const call = answered(await stage.phones.call(stage.uri('1000')));
    await expect.poll(() => call.ear.millisecondsOf(1300), { timeout: 15_000 }).toBeGreaterThan(100);
    await call.hangup();
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'callingPartyDrop' });
  });
});

describe('the tenant of a call', () => {
  it('is asked for a call identifier where an IN serves the number', async () => {
    script({
      getCallIdentifier: { sessionReferenceId: ['in', 1] },
      getIvrCommand: { phrases: [file('tone-1000-500ms.wav')], hangup: true },
    });
    expect(
      await stage.putPrompt(
        'tone-1000-500ms.wav',
        Uint8Array.from(audioFixtureBytes('tone-1000-500ms.wav')),
        identifierDomain,
      ),
    ).toBe(201);
    const call = answered(await stage.phones.call(stage.uri('700')));
    expect((await stage.app.next('getIvrCommand')).body).toMatchObject({ sessionReferenceId: ['in', 1] });
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ domain: identifierDomain });
    expect(names()).toEqual(['getCallIdentifier', 'callAnswered', 'getIvrCommand', 'sessionCompleted']);
  });

  it('is nobody: 404, and no callback', async () => {
    expect(await stage.phones.call(stage.uri('9'))).toEqual({ status: 404 });
    expect(names()).toEqual([]);
  });

  it('keeps its trace id over sessions', async () => {
    script({ newCall: { action: 'ivr' }, getIvrCommand: { phrases: [], hangup: true } });
    const traceId = '5a3e7f3c-3c5b-4a36-9a51-0d6f6a6f2a10';
    const call = answered(await stage.phones.call(stage.uri('1000'), { 'X-Trace-Id': traceId }));
    await call.ended;
    expect((await stage.app.next('callAnswered')).body).toMatchObject({ traceId });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ traceId });
  });
});

describe('a call that is not answered', () => {
  it.each([
    ['busy', { action: 'drop', dropCode: 'busy' }, 486],
    ['no code', { action: 'drop' }, 603],
  ])('dropped: %s', async (_name, newCall, status) => {
    script({ newCall });
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'rejected', sessionDuration: '0' });
  });

  it('cancelled by the caller', async () => {
    let release: (value: Json) => void = () => {};
    stage.app.answer = ({ name }) => (name === 'newCall' ? new Promise((resolve) => (release = resolve)) : undefined);
    expect(await stage.phones.callAndCancel(stage.uri('1000'))).toEqual({ status: 487 });
    release({ action: 'ivr' });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'cancelled' });
  });

  it.each<[string, Json | undefined, string]>([
    ['empty', undefined, 'newCall response empty'],
    ['without action', {}, 'newCall response without action'],
    ['unknown action', { action: 'dance' }, 'newCall response with unknown action'],
  ])('answer to newCall %s: 480 and an alarm', async (_name, newCall, error) => {
    stage.app.answer = ({ name }) => (name === 'newCall' ? newCall : undefined);
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status: 480 });
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'newCallEventError', error, domain });
    await stage.app.next('sessionCompleted');
  });
});

describe('placeivrcall', () => {
  it('calls, asks for commands when answered, and hangs up over REST', async () => {
    script({ getIvrCommand: { phrases: [file('tone-1300-3s.wav')] } });
    const ringing = stage.phones.answerNext();
    const placed = await stage.rest('placeivrcall', {
      destAddr: `sip:bob@${stage.phones.address}`,
      sipFrom: '+46890510',
      displayName: 'Service',
      xHeaders: { 'x-order': ['1', '2'] },
      sessionReferenceId: 'mine',
    });
    expect(placed).toEqual({ status: 200, body: { success: true } });
    const call = await ringing;
    expect(call.request.raw).toMatch(/^From: "?Service"? <sip:\+46890510@/m);
    expect(call.request.raw.match(/^X-Order: [12]\r$/gm)).toHaveLength(2);

    const { body } = await stage.app.next('callAnswered');
    expect(body).toMatchObject({ sessionReferenceId: 'mine' });
    await stage.app.next('getIvrCommand');
    await expect.poll(() => call.ear.millisecondsOf(1300), { timeout: 15_000 }).toBeGreaterThan(100);
    const { replyId = '', calleeParticipantId = '' } = body;
    expect(await stage.rest('hangupparticipant', { replyId, participantId: calleeParticipantId })).toMatchObject({
      status: 200,
    });
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({
      reason: 'applicationHangup',
      sessionReferenceId: 'mine',
    });
  });

  it('rings for as long as it is told to, then cancels', async () => {
    script({});
    const cancelled = stage.phones.ringNext();
    const destAddr = `sip:bob@${stage.phones.address}`;
    expect((await stage.rest('placeivrcall', { destAddr, maxRingTime: 1 })).status).toBe(200);
    expect((await stage.app.next('callNotify')).body).toMatchObject({ event: 'ringing' });
    await cancelled;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'noAnswer', sessionDuration: '0' });
    expect(names()).toEqual(['callNotify', 'sessionCompleted']);
  });
});
