/** Two nodes and a Redis: calls are found from either node, and none is lost with its node. */
import { isCallbackName, validateCallbackBody } from '@mediaservice/spec';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { noRedis } from '../../cluster/testing/redis.ts';
import type { Json } from '../../session/json.ts';
import { type Node, type Nodes, openNodes } from './nodes.ts';
import type { Call, Refused } from './phone.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const patiently = { timeout: 60_000, interval: 100 };

describe.skipIf(noRedis)(`several nodes${noRedis === undefined ? '' : ` (skipped: ${noRedis})`}`, () => {
  let nodes: Nodes;
  /** Calls are here. */
  let right: Node;
  /** REST comes here. */
  let wrong: Node;
  beforeAll(async () => {
    nodes = await openNodes();
    right = await nodes.start();
    wrong = await nodes.start();
    await bothKnown();
  });
  afterAll(() => nodes?.close());
  beforeEach(() => {
    nodes.app.received.length = 0;
    nodes.app.answer = () => undefined;
  });
  afterEach(() => {
    for (const { name, body } of nodes.app.received) {
      expect(isCallbackName(name) ? validateCallbackBody(name, body) : [name]).toEqual([]);
    }
  });

  const bothKnown = async () => {
    for (const node of [right, wrong])
      await vi.waitFor(async () => expect(await node.metric('nodes')).toBe(2), patiently);
  };
  /** In place of one that died. */
  const replaceRight = async () => {
    right = await nodes.start();
    await bothKnown();
  };
  const answered = (result: Call | Refused): Call => {
    if ('status' in result) throw new Error(`the call was refused with ${result.status}`);
    return result;
  };
  const text = (body: Json | undefined) => String(body);
  const next = async (name: string, nth?: number) => (await nodes.app.next(name, nth)).body;
  const ended = () => nodes.app.received.filter(({ name }) => name === 'sessionCompleted').map(({ body }) => body);
  const success = { status: 200, body: { success: true } };

  const connected = async () => {
    nodes.app.answer = ({ name }) =>
      name === 'newCall' ? { action: 'call', destAddr: `sip:bob@${nodes.phones.address}` } : { action: 'drop' };
    const there = nodes.phones.answerNext();
    const caller = answered(await nodes.phones.call(right.uri('1000')));
    return { caller, callee: await there, body: await next('callAnswered') };
  };
  /** A call that waits in the IVR for a key that nobody presses. */
  const inIvr = async () => {
    nodes.app.answer = ({ name }) => {
      if (name === 'newCall') return { action: 'ivr', sessionReferenceId: { order: 7 } };
      return name === 'getIvrCommand' ? { dtmf: { maxDigits: 1, firstTimeout: 3600 } } : undefined;
    };
    return answered(await nodes.phones.call(right.uri('1000')));
  };
  const remoteCall = async () => {
    const calling = nodes.phones.call(right.uri('1900'));
    return { calling, replyId: text((await next('newRemoteCall')).replyId) };
  };
  const device = { codec: 'PCMU', receiveIp: '127.0.0.1', receivePort: 40_000 } as const;

  describe('REST sent to the wrong node', () => {
    it.each<[string, (body: { readonly [key: string]: Json }) => Record<string, Json>]>([
      ['replyId', ({ replyId = '' }) => ({ replyId })],
      ['connectionId', ({ connectionId = '' }) => ({ connectionId })],
      ['both', ({ replyId = '', connectionId = '' }) => ({ replyId, connectionId })],
    ])('startrecording, stoprecording and splitconnection by %s', async (_name, pick) => {
      const { caller, callee, body } = await connected();
      const by = pick(body);
      expect(await wrong.rest('startrecording', { ...by, recordingFileName: 'r.wav' })).toEqual(success);
      expect(await wrong.rest('startrecording', { ...by, recordingFileName: 'r.wav' })).toMatchObject({
        status: 409,
        body: { error: 'wrongState' },
      });
      expect(await wrong.rest('stoprecording', by)).toEqual(success);
      await next('recordingReady');
      expect(await wrong.rest('splitconnection', by)).toEqual(success);
      await Promise.all([caller.ended, callee.ended]);
      await next('sessionCompleted');
      expect(await wrong.rest('stoprecording', by)).toMatchObject({ status: 404, body: { error: 'unknownCall' } });
    });

    it.each([
      ['hangupparticipant', 'calledPartyDrop'],
      ['hangupremoteparticipant', 'callingPartyDrop'],
    ] as const)('%s by participantId', async (operation, event) => {
      const { caller, callee, body } = await connected();
      expect(await wrong.rest(operation, { participantId: text(body.calleeParticipantId) })).toEqual(success);
      await Promise.all([caller.ended, callee.ended]);
      expect(await next('callEvent')).toMatchObject({ event });
      expect(await next('sessionCompleted')).toMatchObject({ reason: 'applicationHangup' });
    });

    it.each([
      ['hangupparticipant', 'calledPartyDrop'],
      ['hangupremoteparticipant', 'callingPartyDrop'],
    ] as const)('%s by the replyId of a participant', async (operation, event) => {
      nodes.app.answer = ({ name }) =>
        name === 'newCall' ? { action: 'call', destAddr: `sip:bob@${nodes.phones.address}` } : { action: 'drop' };
      const there = nodes.phones.answerNext();
      const caller = answered(await nodes.phones.call(right.uri('1000')));
      const callee = await there;
      await next('callAnswered');
      const hold = await callee.reinvite('sendonly');
      expect(hold).toBe(200);
      const notified = nodes.app.received.find(({ name, body }) => name === 'callNotify' && body.event === 'reInvite');
      expect(await wrong.rest(operation, { replyId: text(notified?.body.replyId) })).toEqual(success);
      await Promise.all([caller.ended, callee.ended]);
      expect(await next('callEvent')).toMatchObject({ event });
      await next('sessionCompleted');
    });

    it.each(['sessionId', 'replyId'])('interruptivrcommand and hangupparticipant by %s', async (property) => {
      const call = await inIvr();
      const by = { [property]: text((await next('getIvrCommand'))[property]) };
      expect(await wrong.rest('interruptivrcommand', by)).toEqual(success);
      const again = await next('getIvrCommand', 2);
      expect(again).toMatchObject({ dtmfParams: { reason: 'interrupted' } });
      expect(await wrong.rest('hangupparticipant', { [property]: text(again[property]) })).toEqual(success);
      await call.ended;
      expect(await next('sessionCompleted')).toMatchObject({ reason: 'applicationHangup' });
    });

    it('sendremotecallringback, answerremotecall and hangupcall', async () => {
      const { calling, replyId } = await remoteCall();
      expect(await wrong.rest('sendremotecallringback', { replyId })).toEqual(success);
      expect(await wrong.rest('answerremotecall', { replyId, ...device })).toEqual(success);
      const call = answered(await calling);
      expect(await wrong.rest('hangupcall', { replyId: text((await next('callAnswered')).replyId) })).toEqual(success);
      await call.ended;
      await next('sessionCompleted');
    });

    it.each([
      ['placeivrcall', (address: string) => ({ destAddr: `sip:bob@${address}` })],
      ['placeremotecall', (address: string) => ({ destinationUri: `sip:bob@${address}`, ...device })],
    ] as const)('%s makes a call that the other node hangs up', async (operation, body) => {
      const there = nodes.phones.answerNext();
      nodes.app.answer = ({ name }) =>
        name === 'getIvrCommand' ? { dtmf: { maxDigits: 1, firstTimeout: 3600 } } : undefined;
      expect(await wrong.rest(operation, body(nodes.phones.address))).toEqual(success);
      const far = await there;
      const { replyId } = await next('callAnswered');
      expect(await right.rest('hangupparticipant', { replyId: text(replyId) })).toEqual(success);
      await far.ended;
      await next('sessionCompleted');
    });

    it('is answered 404 where no node has such a call', async () => {
      const sessionId = crypto.randomUUID();
      expect(await wrong.rest('interruptivrcommand', { sessionId })).toMatchObject({
        status: 404,
        body: { error: 'unknownCall' },
      });
    });
  });

  describe('connect with a participant who waits on the other node', () => {
    const acrossNodes = async () => {
      let waiting = '';
      nodes.app.answer = ({ name, body }) => {
        if (name === 'newCall' && body.calledParty === '1000') return { action: 'ivr' };
        if (name === 'newCall') return { action: 'connect', participantId: waiting };
        if (name === 'callEvent') return { action: 'drop' };
        return name === 'getIvrCommand' ? { dtmf: { maxDigits: 1, firstTimeout: 3600 } } : undefined;
      };
      const there = answered(await nodes.phones.call(right.uri('1000')));
      waiting = text((await next('callAnswered')).callerParticipantId);
      const caller = answered(await nodes.phones.call(wrong.uri('1001')));
      return { caller, there, waiting, body: await next('callAnswered', 2) };
    };
    const nothingLeft = async () => {
      for (const node of [right, wrong]) {
        for (const gauge of ['sessions', 'legs', 'media_endpoints', 'sip_dialogs']) {
          await expect.poll(() => node.metric(gauge), patiently).toBe(0);
        }
      }
    };

    it('moves it there under its own id; they hear each other, and the session that it leaves is over', async () => {
      const { caller, there, waiting, body } = await acrossNodes();
      expect(body).toMatchObject({ calleeParticipantId: waiting });
      expect(await next('sessionCompleted')).toMatchObject({ reason: 'completed' });
      caller.ear.voice = 600;
      there.ear.voice = 1_000;
      await expect.poll(() => there.ear.millisecondsOf(600), patiently).toBeGreaterThan(500);
      await expect.poll(() => caller.ear.millisecondsOf(1_000), patiently).toBeGreaterThan(500);
      expect(await caller.reinvite('sendonly')).toBe(200);
      expect(await there.reinvited).toContain('a=sendonly');
      // Of the one session that there is now, on the node of the caller.
      expect(await right.rest('hangupparticipant', { participantId: waiting })).toEqual(success);
      await Promise.all([caller.ended, there.ended]);
      expect(await next('callEvent')).toMatchObject({ event: 'calledPartyDrop', participantId: waiting });
      expect(await next('sessionCompleted', 2)).toMatchObject({ reason: 'applicationHangup' });
      await nothingLeft();
      expect(nodes.app.received.filter(({ name }) => name === 'newCall')).toHaveLength(2);
    });

    it.each(['caller', 'there'] as const)('ends both when the %s hangs up', async (who) => {
      const parties = await acrossNodes();
      await parties[who].hangup();
      await parties[who === 'caller' ? 'there' : 'caller'].ended;
      const event = who === 'caller' ? 'callingPartyDrop' : 'calledPartyDrop';
      expect(await next('callEvent')).toMatchObject({ event });
      expect(await next('sessionCompleted', 2)).toMatchObject({ reason: event });
      await nothingLeft();
    });

    it('fails as with nobody where the participant does not wait', async () => {
      const { body, caller, callee } = await connected();
      const busy = text(body.calleeParticipantId);
      nodes.app.answer = ({ name }) =>
        name === 'newCall' ? { action: 'connect', participantId: busy } : { action: 'drop' };
      expect(await nodes.phones.call(wrong.uri('1001'))).toEqual({ status: 480 });
      expect(await next('alarm')).toMatchObject({ error: 'newCall request failed' });
      await caller.hangup();
      await callee.ended;
      await next('sessionCompleted', 2);
    });
  });

  describe('a node that is killed', () => {
    it('with 50 calls up loses no sessionCompleted, and tells none twice', async () => {
      const calls = await Promise.all(Array.from({ length: 50 }, inIvr));
      for (const { ear } of calls) ear.close();
      const sessions = new Set<Json | undefined>();
      const { replyId } = await next('getIvrCommand', 50);
      for (const { name, body } of nodes.app.received) if (name === 'newCall') sessions.add(body.sessionId);
      expect(sessions.size).toBe(50);
      right.signal('SIGKILL');
      const killed = performance.now();
      await right.ended;
      // Its process is gone, which is known before it is dead to the others.
      expect(await wrong.rest('hangupparticipant', { replyId: text(replyId) })).toMatchObject({ status: 404 });
      await next('sessionCompleted', 50);
      const seconds = (performance.now() - killed) / 1000;
      console.info(`nodes: the end of 50 calls of a killed node was told ${seconds.toFixed(1)} s after its death`);
      expect(seconds).toBeLessThan(10);
      expect(new Set(ended().map(({ sessionId }) => sessionId))).toEqual(sessions);
      for (const body of ended()) {
        expect(body).toMatchObject({ reason: 'error', sessionReferenceId: { order: 7 }, ivrServer: '127.0.0.1' });
      }
      expect(await wrong.rest('hangupparticipant', { replyId: text(replyId) })).toMatchObject({ status: 404 });
      await replaceRight();
      // Nothing of them is left that the new one could tell again.
      const last = await inIvr();
      await next('getIvrCommand', 51);
      await last.hangup();
      await next('sessionCompleted', 51);
      expect(ended().map(({ sessionId }) => sessionId)).toHaveLength(51);
      expect(await wrong.metric('sessions_reported_total')).toBe(50);
      expect(await right.metric('sessions_reported_total')).toBe(0);
    });
  });

  describe('a node that stands still', () => {
    it('until it is taken for dead tells nothing again when it goes on, and ends its calls', async () => {
      const call = await inIvr();
      await next('getIvrCommand');
      right.signal('SIGSTOP');
      expect(await next('sessionCompleted')).toMatchObject({ reason: 'error' });
      right.signal('SIGCONT');
      await call.ended;
      await expect.poll(() => right.metric('sessions_lost_total'), patiently).toBe(1);
      await bothKnown();
      const second = await inIvr();
      const { sessionId } = await next('getIvrCommand', 2);
      expect(await wrong.rest('hangupparticipant', { sessionId: text(sessionId) })).toEqual(success);
      await second.ended;
      await next('sessionCompleted', 2);
      expect(ended().map(({ reason }) => reason)).toEqual(['error', 'applicationHangup']);
    });
  });

  describe('without Redis', () => {
    it('calls go on; what cannot be found is a 503 until it is back', async () => {
      const call = await inIvr();
      const { sessionId, replyId } = await next('getIvrCommand');
      await nodes.redis.stop();
      await expect.poll(() => wrong.metric('directory_up'), patiently).toBe(0);
      const bySession = { sessionId: text(sessionId) };
      expect(await wrong.rest('interruptivrcommand', bySession)).toMatchObject({
        status: 503,
        body: { success: false, message: expect.stringContaining('other nodes cannot be found now') },
      });
      expect(await right.rest('interruptivrcommand', bySession)).toEqual(success);
      await next('getIvrCommand', 2);
      // Seen before: the replyId says enough.
      const second = text((await next('getIvrCommand', 2)).replyId);
      expect(second).not.toBe(text(replyId));
      expect(await wrong.rest('interruptivrcommand', { replyId: second })).toEqual(success);
      await next('getIvrCommand', 3);
      await nodes.redis.start();
      await expect.poll(async () => (await wrong.rest('interruptivrcommand', bySession)).status, patiently).toBe(200);
      await bothKnown();
      await call.hangup();
      await next('sessionCompleted');
      expect(ended()).toHaveLength(1);
    });
  });

  describe('a node that is stopped', () => {
    it('tells the end of its calls itself and leaves', async () => {
      const call = await inIvr();
      await next('getIvrCommand');
      right.signal('SIGTERM');
      await call.ended;
      expect(await right.ended).toBe(0);
      await expect.poll(() => wrong.metric('nodes'), patiently).toBe(1);
      expect(ended()).toHaveLength(1);
      await replaceRight();
      expect(ended()).toHaveLength(1);
    });
  });
});
