import { body as bodyOf, header } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import { is, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

scenario(
  {
    id: 'actions/ivr',
    title: 'ivr answers the INVITE with 200 and SDP, and asks for a command',
    area: 'actions',
    capability: 'ivr',
    requirements: [
      'actions-ivr',
      'actions-ivr-answers',
      'sip-contact-in-200',
      'sip-allow-in-200',
      'sip-to-tag',
      'sip-bye-200',
    ],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { call, newCall, command } = await answeredIvr(ctx);
    ctx.expect('actions-ivr', 'session of the first getIvrCommand', command.body.sessionId, is(newCall.body.sessionId));
    const ok = call.sipp.messages().find((m) => m.status === 200 && m.method === 'INVITE');
    const raw = ok?.raw ?? '';
    ctx.expect(
      'actions-ivr-answers',
      'Content-Type of the 200',
      header(raw, 'Content-Type', 'c'),
      is('application/sdp'),
    );
    const audio = that(
      'an audio section with a port and PCMU, as offered',
      (sdp: string) => /^m=audio [1-9]\d* RTP\/AVP( \d+)* ?0?/m.test(sdp) && /^m=audio \d+ \S+.*\b0\b/m.test(sdp),
    );
    ctx.expect('actions-ivr-answers', 'SDP of the 200', bodyOf(raw), audio);
    const contact = that('a SIP URI', (value: string | undefined) => /<?sips?:[^>]+/.test(value ?? ''));
    ctx.expect('sip-contact-in-200', 'Contact of the 200', header(raw, 'Contact', 'm'), contact);
    const tag = that('a value with a tag', (value: string | undefined) => /;tag=[^;\s]+/.test(value ?? ''));
    ctx.expect('sip-to-tag', 'To of the 200', header(raw, 'To', 't'), tag);
    const methods = ['INVITE', 'ACK', 'CANCEL', 'BYE'];
    const lists = that(`a list with ${methods.join(', ')}`, (value: string | undefined) =>
      methods.every((one) => new RegExp(`\\b${one}\\b`).test(value ?? '')),
    );
    ctx.should('sip-allow-in-200', 'Allow of the 200', header(raw, 'Allow'), lists);
    await hangupAndComplete(ctx, call);
    const bye = call.sipp.messages().find((m) => m.method === 'BYE' && m.status !== undefined);
    ctx.expect('sip-bye-200', 'response to BYE', bye?.status, is(200));
  },
);
