import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, callTo, endBridge, voices } from '../support/bridge.ts';
import { between, is, nonEmptyText } from '../support/expected.ts';
import { asLongAs, frequenciesOf, theseTones } from '../support/heard.ts';
import { toneLevel } from '../support/prompts.ts';
import { fetchFile, ownName, removeFile, talkAtOnce } from '../support/recordings.ts';
import { decodeMp3, readMp3, readWave, tonesIn } from '../support/stored-audio.ts';

const area = 'recording';
const capability = 'recording';
const needs = { call: true, webhook: true, rest: true, rtp: true } as const;
/** Between a request and what the media do of it: a packet, and what is held back against jitter. */
const slackMs = 100;

scenario(
  {
    id: 'recording/two-voices',
    title:
      'A WAV holds what both said from startrecording to stoprecording, the caller left, the callee right, in step',
    area,
    capability,
    requirements: [
      ...['recording-wav', 'recording-stereo', 'recording-content', 'recording-duration', 'recording-in-step'],
      ...['recording-fetchable-when-told', 'startrecording-records-connection', 'startrecording-file-name'],
      ...['stoprecording-ends-recording', 'stoprecording-by-connectionid-alone', 'stoprecording-uploads-file'],
      ...['recordingready-sent', 'recordingready-file-size'],
    ],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const [name, { clock }] = [ownName(ctx), ctx.harness];
    const asked = clock.now();
    const started = await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
    ctx.expect('startrecording-records-connection', 'status of startrecording', started.status, is(200));
    const begun = clock.now();
    await talkAtOnce(bridge, 1000);
    await Promise.all([bridge.caller.rtp.sendSilence(300), bridge.callee.rtp.sendSilence(300)]);
    const ending = clock.now();
    const stopped = await ctx.rest.send('stoprecording', { connectionId });
    ctx.should('stoprecording-by-connectionid-alone', 'status of stoprecording', stopped.status, is(200));
    const done = clock.now();
    const ready = await ctx.webhooks.next('recordingReady');
    const file = await fetchFile(ctx, name);
    ctx.expect('recording-fetchable-when-told', 'status of GET', file.status, is(200));
    ctx.expect('recording-fetchable-when-told', 'bytes fetched', file.bytes.length, is(ready.body.fileSize));
    ctx.expect('recordingready-file-size', 'fileSize', ready.body.fileSize, is(file.bytes.length));
    ctx.expect('startrecording-file-name', 'name', ready.body.recordingFileName, is(name));
    const gone = ctx.webhooks.all('sessionCompleted').length + ctx.webhooks.all('callEvent').length;
    ctx.expect('stoprecording-uploads-file', 'ends of the call before recordingReady', gone, is(0));
    await talkAtOnce(bridge, 300);
    await endBridge(ctx, bridge);
    ctx.expect('recordingready-sent', 'recordingReady', ctx.webhooks.all('recordingReady').length, is(1));

    const wave = readWave(file.bytes);
    ctx.expect('recording-wav', 'a WAV of 16 bit samples', wave !== undefined, is(true));
    ctx.expect('recording-stereo', 'channels', wave?.channels.length, is(2));
    const length = between(ending - begun - slackMs, done - asked + slackMs);
    ctx.expect('recording-duration', 'ms', wave?.milliseconds, length);
    const [left, right] = [tonesIn(wave, 0), tonesIn(wave, 1)];
    const both = ['recording-stereo', 'stoprecording-ends-recording', 'startrecording-records-connection'];
    ctx.expect(both, 'left channel, Hz', frequenciesOf(left), theseTones(voices.caller));
    ctx.expect(both, 'right channel, Hz', frequenciesOf(right), theseTones(voices.callee));
    for (const [side, tone] of [['left', left[0]] as const, ['right', right[0]] as const]) {
      ctx.expect('recording-content', `ms of the ${side} tone`, tone?.durationMs, asLongAs(1000));
      ctx.expect(
        'recording-content',
        `level of the ${side} tone`,
        tone?.levelDb,
        between(toneLevel - 1, toneLevel + 1),
      );
    }
    const apart = (right[0]?.startMs ?? Number.NaN) - (left[0]?.startMs ?? Number.NaN);
    ctx.should('recording-in-step', 'ms from the left tone to the right one', apart, between(-60, 60));
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'recording/mp3',
    title:
      'A name that ends in .mp3 gives an MP3 of what both said, the caller left, the callee right, in step; twice in a row',
    area,
    capability: 'recording-mp3',
    requirements: [
      ...['recording-mp3', 'recording-duration', 'recording-stereo', 'recording-content', 'recording-in-step'],
      'recording-fetchable-when-told',
    ],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const { clock } = ctx.harness;
    for (const round of ['first', 'second']) {
      const name = ownName(ctx, 'mp3');
      const asked = clock.now();
      await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
      const begun = clock.now();
      // The delay of an encoder may cost the first sound of a file.
      await Promise.all([bridge.caller.rtp.sendSilence(200), bridge.callee.rtp.sendSilence(200)]);
      await talkAtOnce(bridge, 1000);
      await Promise.all([bridge.caller.rtp.sendSilence(300), bridge.callee.rtp.sendSilence(300)]);
      const ending = clock.now();
      await ctx.rest.send('stoprecording', { connectionId });
      const done = clock.now();
      const { body } = await ctx.webhooks.next('recordingReady');
      ctx.expect('recording-mp3', `event of the ${round}`, body.event, is('recordingSuccessful'));
      const { bytes } = await fetchFile(ctx, name);
      ctx.expect('recording-fetchable-when-told', `bytes of the ${round}`, bytes.length, is(body.fileSize));
      const mp3 = readMp3(bytes);
      ctx.expect('recording-mp3', `frames of the ${round}`, mp3?.frames, between(10, 1000));
      ctx.expect('recording-stereo', `channels of the ${round}`, mp3?.channels, is(2));
      // An encoder fills up its last frames.
      const length = between(ending - begun - slackMs, done - asked + slackMs + 150);
      ctx.expect('recording-duration', `ms of the ${round}`, mp3?.milliseconds, length);
      const heard = await decodeMp3(bytes);
      const [left, right] = [tonesIn(heard, 0), tonesIn(heard, 1)];
      ctx.expect('recording-stereo', `${round}, left channel, Hz`, frequenciesOf(left), theseTones(voices.caller));
      ctx.expect('recording-stereo', `${round}, right channel, Hz`, frequenciesOf(right), theseTones(voices.callee));
      for (const [side, tone] of [['left', left[0]] as const, ['right', right[0]] as const]) {
        const level = between(toneLevel - 1, toneLevel + 1);
        ctx.expect('recording-content', `ms of the ${round}, ${side}`, tone?.durationMs, asLongAs(1000));
        ctx.expect('recording-content', `level of the ${round}, ${side}`, tone?.levelDb, level);
      }
      const apart = (right[0]?.startMs ?? Number.NaN) - (left[0]?.startMs ?? Number.NaN);
      ctx.should('recording-in-step', `ms from the left tone to the right one, ${round}`, apart, between(-60, 60));
      await removeFile(ctx, name);
    }
    await endBridge(ctx, bridge);
  },
);

scenario(
  {
    id: 'recording/visible-when-whole',
    title: 'A recording cannot be fetched while it goes on, and replaces nothing until it is whole',
    area,
    capability,
    requirements: ['recording-whole-before-visible', 'recording-fetchable-when-told'],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId } = bridge;
    const name = ownName(ctx);
    await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
    await talkAtOnce(bridge, 600);
    const early = await fetchFile(ctx, name);
    ctx.expect('recording-whole-before-visible', 'status of GET while it is recorded', early.status, is(404));
    await ctx.rest.send('stoprecording', { connectionId });
    await ctx.webhooks.next('recordingReady');
    const { status, bytes } = await fetchFile(ctx, name);
    ctx.expect('recording-fetchable-when-told', 'status of GET after recordingReady', status, is(200));
    const wave = readWave(bytes);
    ctx.expect('recording-whole-before-visible', 'ms of the file', wave?.milliseconds, between(500, 60_000));
    await endBridge(ctx, bridge);
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'recording/from-the-answer',
    title: 'callRecording records from the start of the connection to its end, and is told before sessionCompleted',
    area,
    capability,
    requirements: [
      ...['actions-call-recording', 'actions-recording-file-name', 'recording-call-ends'],
      ...['sessioncompleted-after-recordings', 'recording-content'],
    ],
    needs,
  },
  async (ctx) => {
    const name = ownName(ctx);
    const bridge = await bridgedCall(ctx, { newCall: { callRecording: true, recordingFileName: name } });
    await talkAtOnce(bridge, 600);
    await endBridge(ctx, bridge);
    const ready = await ctx.webhooks.next('recordingReady');
    ctx.expect('actions-recording-file-name', 'recordingFileName', ready.body.recordingFileName, is(name));
    ctx.expect('actions-call-recording', 'event', ready.body.event, is('recordingSuccessful'));
    const order = ctx.webhooks.sequence().filter((one) => one === 'recordingReady' || one === 'sessionCompleted');
    const ends = ['recording-call-ends', 'sessioncompleted-after-recordings'];
    ctx.expect(ends, 'order', order, is(['recordingReady', 'sessionCompleted']));
    const wave = readWave((await fetchFile(ctx, name)).bytes);
    ctx.expect('recording-content', 'left, Hz', frequenciesOf(tonesIn(wave, 0)), theseTones(voices.caller));
    ctx.expect('recording-content', 'right, Hz', frequenciesOf(tonesIn(wave, 1)), theseTones(voices.callee));
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'recording/all-leave-at-once',
    title:
      'Both parties hang up at the same time while they are recorded: recordingReady comes before sessionCompleted',
    area,
    capability,
    requirements: ['recording-call-ends', 'sessioncompleted-after-recordings'],
    needs,
  },
  async (ctx) => {
    // Nothing but the recording is left to wait for: each round is a chance for sessionCompleted to be first.
    for (let round = 0; round < 3; round += 1) {
      const name = ownName(ctx);
      const bridge = await bridgedCall(ctx, { newCall: { callRecording: true, recordingFileName: name } });
      await talkAtOnce(bridge, 200);
      await Promise.all([bridge.caller.hangup(), bridge.callee.hangup()]);
      const { body } = await ctx.webhooks.next('sessionCompleted');
      const order = ctx.webhooks
        .all()
        .filter((one) => one.body.sessionId === body.sessionId && /^(recordingReady|sessionCompleted)$/.test(one.name));
      ctx.expect(
        ['recording-call-ends', 'sessioncompleted-after-recordings'],
        'order',
        order.map((one) => one.name),
        is(['recordingReady', 'sessionCompleted']),
      );
      await removeFile(ctx, name);
    }
  },
);

scenario(
  {
    id: 'recording/one-never-spoke',
    title:
      'A recording for which the callee sent no RTP is told as failed, with a reason; what the caller said is kept',
    area,
    capability,
    requirements: [
      ...['recording-no-media-fails', 'recording-no-media-kept', 'recordingready-event-failed'],
      'recordingready-reason',
    ],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx, { callee: { silent: true } });
    const { connectionId } = bridge;
    const name = ownName(ctx);
    await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
    await bridge.caller.rtp.sendTone(voices.caller, 600);
    await ctx.rest.send('stoprecording', { connectionId });
    const { body } = await ctx.webhooks.next('recordingReady');
    await endBridge(ctx, bridge);
    const fails = 'recording-no-media-fails';
    ctx.expect([fails, 'recordingready-event-failed'], 'event', body.event, is('recordingFailed'));
    ctx.expect([fails, 'recordingready-reason'], 'reason', body.reason, nonEmptyText);
    const { status, bytes } = await fetchFile(ctx, name);
    ctx.expect('recording-no-media-kept', 'status of GET', status, is(200));
    const left = tonesIn(readWave(bytes), 0);
    ctx.expect('recording-no-media-kept', 'left, Hz', frequenciesOf(left), theseTones(voices.caller));
    await removeFile(ctx, name);
  },
);

scenario(
  {
    id: 'recording/name-that-leaves-the-storage',
    title: 'A recordingFileName of an answer that leads out of the storage writes nothing anywhere',
    area,
    capability,
    requirements: ['recording-bad-name-in-answer'],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const name = ownName(ctx);
    const answer = { callRecording: true, recordingFileName: `../${name}`, sessionReferenceId: ctx.reference };
    const callee = await ctx.callee();
    const json = callTo(callee.uri, answer);
    ctx.webhooks.on('newCall', { answer: { json, expectInvalid: true } });
    const call = await ctx.call({ expectStatus: 480 });
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    await callee.sipp.stop();
    for (const path of [name, `../${name}`]) {
      const { status } = await fetchFile(ctx, path);
      ctx.expect('recording-bad-name-in-answer', `GET of ${path} finds it`, status === 200, is(false));
    }
    const told = ctx.webhooks.all('recordingReady').filter(({ body }) => body.event === 'recordingSuccessful');
    ctx.expect('recording-bad-name-in-answer', 'recordings told', told.length, is(0));
  },
);
