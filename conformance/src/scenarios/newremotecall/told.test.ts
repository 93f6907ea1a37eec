import { header } from '../../drivers/sipp/message-log.ts';
import { sdp } from '../../drivers/sipp/sdp.ts';
import { scenario } from '../../harness/scenario.ts';
import { incomingRemote, received } from '../support/cloud.ts';
import { expectTaken } from '../support/errors.ts';
import { is, nonEmptyText } from '../support/expected.ts';

const area = 'newremotecall';
const capability = 'cloud-ua';
const tenant = 'cloudUa';
const needs = { call: true, webhook: true, rest: true } as const;

scenario(
  {
    id: 'newremotecall/properties',
    title: 'A call for a Cloud UA user is told by newRemoteCall, not by newCall, with what the INVITE says',
    area,
    capability,
    tenant,
    requirements: [
      ...['newremotecall-asked', 'newremotecall-instead-of-newcall', 'newremotecall-reply-id'],
      ...['newremotecall-call-id', 'newremotecall-codec', 'newremotecall-destination-uri'],
      ...['newremotecall-source-user', 'newremotecall-remote-rtp-ip', 'newremotecall-remote-rtp-port'],
    ],
    needs,
  },
  async (ctx) => {
    const from = `far-${ctx.number.slice(-6)}`;
    const { call, number, told, replyId } = await incomingRemote(ctx, {
      call: { from, codec: 'PCMA', expectStatus: 603 },
    });
    const { body } = told;
    ctx.expect('newremotecall-codec', 'codec', body.codec, is('PCMA'));
    const uri = `sip:${number}@${ctx.target.domain}`;
    ctx.expect('newremotecall-destination-uri', 'destinationUri', body.destinationUri, is(uri));
    ctx.expect('newremotecall-source-user', 'sourceUser', body.sourceUser, is(from));
    ctx.expect('newremotecall-remote-rtp-ip', 'remoteRtpIp', body.remoteRtpIp, is(call.rtp.host));
    ctx.expect('newremotecall-remote-rtp-port', 'remoteRtpPort', body.remoteRtpPort, is(call.rtp.port));
    ctx.expect('newremotecall-reply-id', 'replyId', body.replyId, nonEmptyText);
    expectTaken(ctx, 'hangupcall', await ctx.rest.send('hangupcall', { replyId }));
    await call.ended;
    const callId = header(received(call, 'INVITE', 603)?.raw ?? '', 'Call-ID', 'i');
    ctx.expect('newremotecall-call-id', 'callId', body.callId, is(callId));
    ctx.expect('newremotecall-asked', 'newRemoteCall', ctx.webhooks.all('newRemoteCall').length, is(1));
    ctx.expect('newremotecall-instead-of-newcall', 'newCall', ctx.webhooks.all('newCall').length, is(0));
  },
);

scenario(
  {
    id: 'newremotecall/first-known-codec',
    title: 'Of several codecs of an offer newRemoteCall tells the first that the Cloud UA knows',
    area,
    capability,
    tenant,
    requirements: ['newremotecall-codec-first'],
    needs,
  },
  async (ctx) => {
    const offer = sdp({ codecs: ['GSM', 'PCMA', 'PCMU'] }).replace(' RTP/AVP 3 ', ' RTP/AVP 18 3 ');
    // The application may answer with nothing, too.
    const options = { call: { sdp: offer, expectStatus: 603 }, answer: {} };
    const { call, told, replyId } = await incomingRemote(ctx, options);
    ctx.expect('newremotecall-codec-first', 'codec', told.body.codec, is('GSM'));
    await ctx.rest.send('hangupcall', { replyId });
    await call.ended;
  },
);

scenario(
  {
    id: 'newremotecall/reference-of-the-answer',
    title: 'The sessionReferenceId of the answer to newRemoteCall is in sessionCompleted',
    area,
    capability,
    tenant,
    requirements: ['newremotecall-answer-reference'],
    needs,
  },
  async (ctx) => {
    const { call, replyId } = await incomingRemote(ctx, { call: { expectStatus: 603 } });
    await ctx.rest.send('hangupcall', { replyId });
    await call.ended;
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('newremotecall-answer-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
  },
);
