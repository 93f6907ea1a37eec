import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { absent, ipAddress, is } from '../support/expected.ts';
import { fetchFile, ownName, removeFile, talkAtOnce } from '../support/recordings.ts';

scenario(
  {
    id: 'recordingready/properties',
    title: 'recordingReady tells session, connection, name, domain, node and success, and no reason',
    area: 'recordingready',
    capability: 'recording',
    requirements: [
      ...['recordingready-session-id', 'recordingready-connection-id', 'recordingready-file-name'],
      ...['recordingready-ivr-server', 'recordingready-domain', 'recordingready-event-successful'],
      ...['recordingready-reason-absent', 'recordingready-session-reference', 'recordingready-file-size'],
    ],
    needs: { call: true, webhook: true, rest: true, rtp: true },
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { connectionId, sessionId } = bridge;
    const name = ownName(ctx);
    await ctx.rest.send('startrecording', { connectionId, recordingFileName: name });
    await talkAtOnce(bridge, 400);
    await ctx.rest.send('stoprecording', { connectionId });
    const { body } = await ctx.webhooks.next('recordingReady');
    await endBridge(ctx, bridge);
    ctx.expect('recordingready-session-id', 'sessionId', body.sessionId, is(sessionId));
    ctx.expect('recordingready-connection-id', 'connectionId', body.connectionId, is(connectionId));
    ctx.expect('recordingready-file-name', 'recordingFileName', body.recordingFileName, is(name));
    ctx.expect('recordingready-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
    ctx.expect('recordingready-domain', 'domain', body.domain, is(ctx.target.domain));
    ctx.expect('recordingready-event-successful', 'event', body.event, is('recordingSuccessful'));
    ctx.expect('recordingready-reason-absent', 'reason', body.reason, absent);
    const { sessionReferenceId } = body;
    ctx.expect('recordingready-session-reference', 'sessionReferenceId', sessionReferenceId, is(ctx.reference));
    const { bytes } = await fetchFile(ctx, name);
    ctx.expect('recordingready-file-size', 'fileSize', body.fileSize, is(bytes.length));
    await removeFile(ctx, name);
  },
);
