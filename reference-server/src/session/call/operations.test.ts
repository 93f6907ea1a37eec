import { describe, expect, it } from 'vitest';
import type { LegId, RecordingId } from '../ids.ts';
import type { Json, MediaEvent } from '../ports.ts';
import { inboundCall } from '../testing/bench.ts';
import { callBench, caller, dest, dialling, nothingLeft, type Talk, talking } from '../testing/call-bench.ts';

const file = (fileName: string) => ({ phrases: [{ format: 'file', fileName }] });

describe('hang-up by the application (D-HANG)', () => {
  it.each([
    ['hangupParticipant', 'callee', 'calledPartyDrop'],
    ['hangupParticipant', 'caller', 'callingPartyDrop'],
    ['hangupRemoteParticipant', 'caller', 'calledPartyDrop'],
    ['hangupRemoteParticipant', 'callee', 'callingPartyDrop'],
  ] as const)('%s of the %s asks for the other by %s', (name, who, event) => {
    const bench = talking();
    const ends = (name === 'hangupParticipant') === (who === 'caller') ? caller : bench.far;
    expect(bench.operate(name, { participantId: bench.ids[who] })).toEqual({ ok: true });
    expect(bench.toldTo(ends).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    expect(bench.answer('callEvent', { action: 'drop' }).body.event).toBe(event);
    expect(bench.answer('sessionCompleted').body.reason).toBe('applicationHangup');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('a replyId of a connection with two parties does not say which (D-TARGET)', () => {
    const bench = talking();
    expect(bench.operate('hangupParticipant', { replyId: bench.replyId })).toMatchObject({ status: 409 });
    const body = { replyId: bench.replyId, participantId: bench.ids.callee };
    expect(bench.operate('hangupParticipant', body)).toEqual({ ok: true });
  });

  it('a callee who rings is cancelled, by itself or for its counterpart', () => {
    for (const name of ['hangupParticipant', 'hangupRemoteParticipant'] as const) {
      const bench = dialling();
      bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
      const { participantId, remoteParticipantId } = bench.answer('callNotify').body;
      const whom = name === 'hangupParticipant' ? participantId : remoteParticipantId;
      expect(bench.operate(name, { participantId: String(whom) })).toEqual({ ok: true });
      expect(bench.toldTo(bench.callee()).slice(-2)).toEqual(['sip.cancel', 'media.close']);
      expect(bench.last('callEvent').body.event).toBe('calledPartyDrop');
    }
  });

  it('a participant without a counterpart has none to be hung up', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    expect(bench.operate('hangupRemoteParticipant', { participantId: bench.ids.caller })).toMatchObject({
      status: 409,
    });
  });

  it('hang-up while a callEvent waits: its answer changes nothing', () => {
    const bench = talking();
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    bench.operate('hangupParticipant', { participantId: bench.ids.caller });
    bench.answer('callEvent', { action: 'call', destAddr: dest });
    expect(bench.ports.invites).toHaveLength(1);
    expect(bench.last('sessionCompleted').body.reason).toBe('applicationHangup');
  });
});

describe('splitconnection (D-SPLIT)', () => {
  it('each party has its own callEvent, and the answer is for it alone', () => {
    const bench = talking();
    expect(bench.operate('splitConnection', { connectionId: bench.ids.connection })).toEqual({ ok: true });
    expect(bench.args(caller, 'separate')).toEqual([bench.far]);
    const first = bench.answer('callEvent', { action: 'ivr' }).body;
    expect(first).toMatchObject({
      event: 'callerConnectionSplit',
      participantId: bench.ids.caller,
      remoteParticipantId: bench.ids.callee,
      connectionId: bench.ids.connection,
    });
    const second = bench.answer('callEvent', { action: 'drop' }).body;
    expect(second).toMatchObject({ event: 'calleeConnectionSplit', participantId: bench.ids.callee });
    expect(bench.toldTo(bench.far).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    bench.answer('callAnswered');
    bench.answer('getIvrCommand', { hangup: true });
    expect(bench.answer('sessionCompleted').body.reason).toBe('completed');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('parties can be connected again, one by the answer for the other', () => {
    const bench = talking();
    bench.operate('splitConnection', { replyId: bench.replyId });
    bench.answer('callEvent', { action: 'connect', participantId: bench.ids.callee });
    expect(bench.args(caller, 'join')).toEqual([bench.far]);
    // The question about the callee is answered by what was decided.
    expect(bench.answer('callAnswered').body.connectionId).not.toBe(bench.ids.connection);
    expect(bench.names().filter((name) => name === 'callEvent')).toHaveLength(1);
  });

  it('stops a greeting that plays', () => {
    const bench = talking({ greeting: { caller: file('a.wav') } });
    bench.operate('splitConnection', { replyId: bench.replyId });
    expect(bench.args(caller, 'stop')).toEqual([bench.ports.jobs[0]?.id, 'all']);
    expect(bench.told()).not.toContain('media.join');
  });

  it('is a 404 twice, and a 409 while it rings', () => {
    const bench = talking();
    bench.operate('splitConnection', { replyId: bench.replyId });
    expect(bench.operate('splitConnection', { replyId: bench.replyId })).toMatchObject({ status: 404 });
    const ringing = dialling();
    ringing.dispatch({ type: 'sip.progress', leg: ringing.callee(), status: 180 });
    const { replyId } = ringing.answer('callNotify').body;
    expect(ringing.operate('splitConnection', { replyId: String(replyId) })).toMatchObject({ status: 409 });
  });
});

describe('greeting (D-GREET)', () => {
  const greeting = (playMode?: string) => ({
    greeting: { ...(playMode && { playMode }), caller: file('caller.wav'), callee: file('callee.wav') },
  });
  const played = (bench: Talk, place: number): MediaEvent => {
    const { leg, args } = bench.ports.commands.filter(({ call }) => call === 'play')[place] ?? expect.fail('no job');
    return { type: 'media.played', leg: leg as LegId, job: (args[0] as { id: never }).id, stopped: false };
  };
  const plays = (bench: Talk) => bench.ports.commands.filter(({ call }) => call === 'play').map(({ leg }) => leg);

  it.each([
    ['callerFirst', ['caller', 'callee']],
    ['calleeFirst', ['callee', 'caller']],
  ] as const)('%s plays one after the other, then they hear each other', (playMode, order) => {
    const bench = talking(greeting(playMode));
    const legs = order.map((who) => (who === 'caller' ? caller : bench.far));
    expect(plays(bench)).toEqual(legs.slice(0, 1));
    bench.dispatch(played(bench, 0));
    expect(plays(bench)).toEqual(legs);
    expect(bench.told()).not.toContain('media.join');
    bench.dispatch(played(bench, 1));
    expect(bench.told().at(-1)).toBe('media.join');
    expect(bench.names()).toEqual(['newCall', 'callAnswered']);
  });

  it.each(['simultaneous', undefined])('%s plays both at once', (playMode) => {
    const bench = talking(greeting(playMode));
    expect(plays(bench)).toEqual([caller, bench.far]);
    bench.dispatch(played(bench, 1));
    expect(bench.told()).not.toContain('media.join');
    bench.dispatch(played(bench, 0));
    expect(bench.told().at(-1)).toBe('media.join');
  });

  it('a phrase that is none is told, the rest is played', () => {
    const phrases = [{ format: 'file' }, { format: 'file', fileName: 'b.wav' }];
    const bench = talking({ greeting: { callee: { phrases } } });
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'b.wav' }]);
    expect(bench.last('alarm').body).toMatchObject({
      error: 'phraseError',
      errorDetails: { phrase: 0, party: 'callee' },
    });
  });

  it('a phrase that fails is told, those behind it go on', () => {
    const phrases = ['a.wav', 'b.wav', 'c.wav'].map((fileName) => ({ format: 'file', fileName }));
    const bench = talking({ greeting: { caller: { phrases } } });
    const job = bench.ports.jobs[0]?.id as never;
    bench.dispatch({ type: 'media.playFailed', leg: caller, job, phrase: 1, reason: 'phraseError', detail: 'x' });
    expect(bench.ports.jobs.at(-1)?.phrases).toEqual([{ kind: 'file', fileName: 'c.wav' }]);
    expect(bench.names().at(-1)).toBe('alarm:phraseError');
  });

  it('a BYE while it plays asks for the other, whose greeting stops', () => {
    const bench = talking(greeting());
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.args(bench.far, 'stop').at(1)).toBe('all');
    expect(bench.last('callEvent').body.event).toBe('callingPartyDrop');
    bench.dispatch(played(bench, 1));
    expect(bench.told()).not.toContain('media.join');
  });
});

describe('recording (D-FILE, D-RECNAME)', () => {
  const recording = ({ ports }: Talk, place = -1) =>
    ports.commands.filter(({ call }) => call === 'startRecording').at(place)?.args[0] as {
      readonly id: RecordingId;
      readonly fileName: string;
      readonly left: LegId;
      readonly right: LegId;
    };

  it('starts with the connection where the answer asks for it, the first party left', () => {
    const bench = talking({ callRecording: true, recordingFileName: 'a.mp3' });
    expect(recording(bench)).toMatchObject({
      fileName: 'a.mp3',
      left: caller,
      right: bench.far,
      domain: 'demo.example',
    });
    expect(talking({ recordingFileName: 'a.mp3' }).told()).not.toContain('media.startRecording');
  });

  it('starts and stops by the operations, and tells when the file is there', () => {
    const bench = talking();
    const { connection: connectionId } = bench.ids;
    expect(bench.operate('startRecording', { connectionId })).toEqual({ ok: true });
    expect(recording(bench).fileName).toBe(`${connectionId}.wav`);
    expect(bench.operate('startRecording', { connectionId })).toMatchObject({ status: 409 });
    expect(bench.operate('stopRecording', { replyId: bench.replyId })).toEqual({ ok: true });
    expect(bench.operate('stopRecording', { connectionId })).toMatchObject({ status: 409 });
    bench.operate('startRecording', { connectionId });
    expect(recording(bench).fileName).toBe(`${connectionId}-2.wav`);
    bench.dispatch({ type: 'media.recorded', recording: recording(bench, 0).id, bytes: 4711, silent: [] });
    expect(bench.answer('recordingReady').body).toMatchObject({
      event: 'recordingSuccessful',
      recordingFileName: `${connectionId}.wav`,
      connectionId,
      fileSize: 4711,
      domain: 'demo.example',
    });
  });

  it.each(['../a.wav', 'a/b.wav', 'a.ogg', 'a\\b.mp3', '.wav', 'a\0.wav', 'a.wav\n'])('refuses the name %j', (name) => {
    const bench = talking();
    const body = { connectionId: bench.ids.connection, recordingFileName: name };
    expect(bench.operate('startRecording', body)).toMatchObject({ status: 400 });
    expect(bench.told()).not.toContain('media.startRecording');
  });

  it.each<[string, Omit<Extract<MediaEvent, { type: 'media.recorded' }>, 'type' | 'recording'>, Json]>([
    ['a silent callee', { silent: ['right'], bytes: 44 }, { reason: 'No callee media received', fileSize: 44 }],
    ['a silent caller', { silent: ['left'], bytes: 44 }, { reason: 'No caller media received' }],
    ['nothing at all', { silent: ['left', 'right'] }, { reason: 'No media received' }],
    ['a full disk', { silent: [], failure: 'no space left' }, { reason: 'no space left' }],
  ])('%s is a recordingFailed', (_name, event, body) => {
    const bench = talking({ callRecording: true });
    bench.dispatch({ type: 'media.recorded', recording: recording(bench).id, ...event });
    expect(bench.last('recordingReady').body).toMatchObject({ event: 'recordingFailed', ...(body as object) });
  });

  it('ends with the call, and sessionCompleted waits for it (D-DONE)', () => {
    const bench = talking({ callRecording: true });
    bench.operate('hangupCall', { replyId: bench.replyId });
    expect(bench.told().slice(-6)).toContain('media.stopRecording');
    expect(bench.names()).toEqual(['newCall', 'callAnswered']);
    bench.dispatch({ type: 'media.recorded', recording: recording(bench).id, bytes: 1, silent: [] });
    bench.answer('recordingReady');
    expect(bench.names().slice(-2)).toEqual(['recordingReady', 'sessionCompleted']);
  });

  it('one that media never tells of is given up after a minute', () => {
    const bench = talking({ callRecording: true });
    bench.operate('hangupCall', { replyId: bench.replyId });
    bench.ports.clock.advance(60_000);
    expect(bench.answer('recordingReady').body).toMatchObject({ event: 'recordingFailed' });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });
});

describe('monitor (D-MON)', () => {
  const monitored = (answer: Readonly<Record<string, Json>> = {}) => {
    const bench = talking({ monitorDestAddr: 'sip:ear@m.example', ...answer });
    const ear = bench.callee();
    bench.opened(ear);
    return { ...bench, ear };
  };

  it('is called with its own properties when the parties are connected, and hears both', () => {
    const bench = monitored({ monitorSipFrom: 'spy', monitorXHeaders: { 'x-m': '1' }, xHeaders: { 'x-c': '2' } });
    expect(bench.invite()).toMatchObject({ uri: 'sip:ear@m.example', fromUser: 'spy', headers: [['X-M', '1']] });
    bench.dispatch({ type: 'sip.progress', leg: bench.ear, status: 180 });
    bench.answered(bench.ear);
    expect(bench.args(bench.ear, 'listen')).toEqual([[caller, bench.far]]);
    expect(bench.answer('callNotify').body).toMatchObject({ monitoringParticipant: true, user: 'ear' });
    expect(bench.answer('callAnswered').body).toMatchObject({
      monitoringParticipant: true,
      connectionId: bench.ids.connection,
      remotePartyNumber: 'ear',
    });
    expect(bench.host.stats()).toMatchObject({ legs: 3, connections: 1 });
  });

  it.each<[string, (bench: ReturnType<typeof monitored>) => void]>([
    ['refuses', (b) => b.dispatch({ type: 'sip.failed', leg: b.ear, status: 603, reason: 'x' })],
    ['does not answer', (b) => b.ports.clock.advance(60_000)],
    ['has no media', (b) => b.dispatch({ type: 'media.failed', leg: b.ear, reason: 'noResources', detail: 'x' })],
    [
      'hangs up',
      (b) => {
        b.answered(b.ear);
        b.answer('callAnswered');
        b.dispatch({ type: 'sip.ended', leg: b.ear, cause: 'bye' });
      },
    ],
  ])('who %s changes nothing in the call', (_name, happen) => {
    const bench = monitored();
    happen(bench);
    expect(bench.names()).not.toContain('callEvent');
    expect(bench.names()).not.toContain('sessionCompleted');
    expect([bench.toldTo(caller).at(-1), bench.toldTo(bench.far).at(-1)]).toEqual(['media.join', 'media.watch']);
  });

  it('goes with the connection', () => {
    const bench = monitored();
    bench.answered(bench.ear);
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    expect(bench.toldTo(bench.ear).slice(-2)).toEqual(['sip.hangup', 'media.close']);
  });

  it('an address that is none is told, and the call goes on', () => {
    const bench = talking({ monitorDestAddr: 'nobody' });
    expect(bench.names()).toEqual(['newCall', 'alarm:Invalid sip address: nobody', 'callAnswered']);
    expect(bench.told()).toContain('media.join');
  });
});

describe('connect with somebody of another session (D-CONNECT)', () => {
  const second = 'leg-second' as LegId;

  const waiting = () => {
    const bench = callBench();
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'ivr' });
    bench.opened(caller);
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    const { body, session } = bench.answer('callAnswered');
    bench.answer('getIvrCommand', { phrases: [{ format: 'file', fileName: 'music.wav' }] });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ leg: second, from: { user: 'agent', host: 'x' } }) });
    return { ...bench, waits: String(body.callerParticipantId), session };
  };

  it('takes the participant out of the IVR; its session completes', () => {
    const bench = waiting();
    bench.answer('newCall', { action: 'connect', participantId: bench.waits });
    expect(bench.toldTo(caller).slice(-2)).toEqual(['media.stop', 'media.background']);
    bench.opened(second);
    bench.dispatch({ type: 'sip.confirmed', leg: second });
    expect(bench.args(second, 'join')).toEqual([caller]);
    const [completed, answered] = bench.open();
    expect(completed).toMatchObject({
      name: 'sessionCompleted',
      session: bench.session,
      body: { reason: 'completed' },
    });
    expect(answered).toMatchObject({
      name: 'callAnswered',
      body: { callingPartyNumber: 'agent', remotePartyNumber: '+4689', calleeParticipantId: bench.waits },
    });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toMatchObject({ sessions: 1, legs: 2, connections: 1 });
    bench.answer('callAnswered');
    bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
    expect(bench.last('callEvent')).toMatchObject({
      session: answered?.session,
      body: { event: 'calledPartyDrop', participantId: bench.waits },
    });
  });

  it('one who talks does not wait, and one who is gone neither', () => {
    for (const end of [false, true]) {
      const bench = waiting();
      if (end) bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
      const participantId = end ? bench.waits : 'somebody';
      bench.answer('newCall', { action: 'connect', participantId });
      expect(bench.names().at(-1)).toBe('alarm:newCall request failed');
      expect(bench.args(second, 'reject').at(0)).toBe(480);
    }
  });
});

describe('offers between the parties (RFC 3264 section 8.4, RFC 3261 section 14)', () => {
  const hold = (bench: Talk, leg: LegId = caller, direction: 'sendonly' | 'sendrecv' = 'sendonly') => {
    bench.dispatch({ type: 'sip.offered', leg, offerId: 'o1', method: 'reInvite', sdp: direction });
    bench.dispatch({ type: 'media.updated', leg, offerId: 'o1', sdp: `answer to ${direction}`, direction });
  };

  it('a hold is answered, told, and goes to the other party as a re-INVITE of ours', () => {
    const bench = talking();
    hold(bench);
    expect(bench.args(caller, 'respondOffer')).toEqual(['o1', 200, 'answer to sendonly']);
    expect(bench.args(bench.far, 'offer')).toEqual(['sendonly']);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'our hold' });
    expect(bench.args(bench.far, 'reoffer')).toEqual(['our hold']);
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status: 200, sdp: 'held' });
    expect(bench.args(bench.far, 'accept')).toEqual(['held']);
    hold(bench, caller, 'sendrecv');
    expect(bench.args(bench.far, 'offer')).toEqual(['sendrecv']);
    expect(bench.answer('callNotify').body).toMatchObject({ event: 'reInvite', participantId: bench.ids.caller });
  });

  it('an offer that changes no direction stays with its party', () => {
    const bench = talking();
    hold(bench, bench.far, 'sendrecv');
    expect(bench.told()).not.toContain('media.offer');
  });

  it.each([
    ['caller', 0, 2_000],
    ['callee', 2_100, 4_000],
  ] as const)('491 of the %s is tried again after %d to %d ms', (who, least, most) => {
    const bench = talking();
    const [holds, held] = who === 'caller' ? [bench.far, caller] : [caller, bench.far];
    hold(bench, holds);
    bench.dispatch({ type: 'media.offered', leg: held, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: held, status: 491 });
    const offers = () => bench.toldTo(held).filter((told) => told === 'media.offer').length;
    if (least > 0) bench.ports.clock.advance(least - 1);
    expect(offers()).toBe(1);
    bench.ports.clock.advance(most - least + 1);
    expect(offers()).toBe(2);
    expect(bench.names()).not.toContain('alarm:unexpectedReinviteResponse');
  });

  it('what changes meanwhile is sent afterwards', () => {
    const bench = talking();
    hold(bench);
    hold(bench, caller, 'sendrecv');
    expect(bench.toldTo(bench.far).filter((told) => told === 'media.offer')).toHaveLength(1);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status: 200, sdp: 'y' });
    expect(bench.args(bench.far, 'offer')).toEqual(['sendrecv']);
  });

  it.each([488, 500, 603])('%d is told, and the call goes on as it was', (status) => {
    const bench = talking();
    hold(bench);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status });
    const alarm = bench.last('alarm').body;
    expect(alarm).toMatchObject({
      type: 'callError',
      error: 'unexpectedReinviteResponse',
      status: String(status),
      participantId: bench.ids.callee,
      user: 'bob',
      callId: `call-${bench.far}`,
    });
    expect(bench.host.stats().legs).toBe(2);
  });

  it.each([408, 481])('%d is told and ends that leg (RFC 3261 section 12.2.1.2)', (status) => {
    const bench = talking();
    hold(bench);
    bench.dispatch({ type: 'media.offered', leg: bench.far, sdp: 'x' });
    bench.dispatch({ type: 'sip.reoffered', leg: bench.far, status });
    expect(bench.last('alarm').body.error).toBe('unexpectedReinviteResponse');
    expect(bench.toldTo(bench.far).slice(-2)).toEqual(['sip.hangup', 'media.close']);
    bench.answer('callNotify');
    expect(bench.last('callEvent').body.event).toBe('calledPartyFailure');
  });
});
