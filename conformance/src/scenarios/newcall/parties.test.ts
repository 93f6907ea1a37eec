import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop } from '../support/answers.ts';
import { absent, between, ipAddress, is, nonEmptyText, oneOf, that } from '../support/expected.ts';
import { refusedCall, text } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

/** Where the target is on loopback too, an address that it does not have itself, so that nobody takes one for the other. */
const ownAddress = ({ target: { sip, suite } }: TestContext): string =>
  sip.host === '127.0.0.1' && suite.host === '127.0.0.1' && process.platform === 'linux' ? '127.0.0.2' : suite.host;

scenario(
  {
    id: 'newcall/tells-who-calls-whom',
    title: 'newCall tells who called which number, from where, and the Call-ID of the INVITE',
    area: 'newcall',
    requirements: [
      'newcall-asked',
      'newcall-called-party',
      'newcall-calling-party-from-from',
      'newcall-from-user',
      'newcall-sip-call-id',
      'newcall-src-addr',
      'newcall-ivr-server',
      'newcall-privacy-public',
      'newcall-session-id',
    ],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, { name: 'caller', host: ownAddress(ctx) }, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire, { user: '+4670123456' });
      const final = await caller.invite({ body: audioSdp(wire) });
      const { body, at } = await ctx.webhooks.next('newCall');
      ctx.expect('newcall-called-party', 'calledParty', body.calledParty, is(ctx.number));
      ctx.expect('newcall-calling-party-from-from', 'callingParty', body.callingParty, is('+4670123456'));
      ctx.expect('newcall-from-user', 'fromUser', body.fromUser, is('+4670123456'));
      ctx.expect('newcall-sip-call-id', 'sipCallId', String(body.sipCallId), is(caller.callId));
      ctx.expect('newcall-src-addr', 'srcAddr', body.srcAddr, is(wire.host));
      ctx.expect('newcall-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
      ctx.expect('newcall-privacy-public', 'callingPartyPrivacy', body.callingPartyPrivacy, is('public'));
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('newcall-session-id', 'sessionId', body.sessionId, nonEmptyText);
      ctx.expect('newcall-session-id', 'sessionId of sessionCompleted', completed.body.sessionId, is(body.sessionId));
      ctx.expect('newcall-asked', 'newCalls for the call', ctx.webhooks.all('newCall').length, is(1));
      ctx.expect('newcall-asked', 'ms from newCall to the final response', final.at - at, between(0, 60_000));
    }),
);

scenario(
  {
    id: 'newcall/types',
    title: 'Properties of newCall have the declared types, and what has no value is left out',
    area: 'newcall',
    requirements: ['newcall-declared-types', 'newcall-declared-types-strict', 'newcall-absent-left-out'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { body } = await refusedCall(ctx);
    const textual = [
      'sessionId',
      'ivrServer',
      'callingPartyPrivacy',
      'callingParty',
      'displayName',
      'fromUser',
      'calledParty',
      'diversionHeaders',
      'referredBy',
      'paiNumber',
      'subject',
      'srcAddr',
    ];
    for (const name of textual.filter((one) => one in body)) {
      ctx.expect('newcall-declared-types', `type of ${name}`, typeof body[name], is('string'));
    }
    ctx.expect('newcall-declared-types', 'type of sipCallId', typeof body.sipCallId, oneOf('string', 'number'));
    ctx.should('newcall-declared-types-strict', 'type of sipCallId', typeof body.sipCallId, is('string'));
    const object = that(
      'an object',
      (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
    );
    for (const name of ['xHeaders', 'pHeaders'].filter((one) => one in body)) {
      ctx.expect('newcall-declared-types', name, body[name], object);
    }
    const empty = Object.entries(body).filter(([, value]) => value === null || value === '');
    ctx.expect(
      'newcall-absent-left-out',
      'properties that are null or empty',
      empty.map(([name]) => name),
      is([]),
    );
    for (const name of ['diversionHeaders', 'referredBy', 'paiNumber', 'subject', 'displayName']) {
      ctx.expect('newcall-absent-left-out', `${name} of a plain INVITE`, body[name], absent);
    }
  },
);

scenario(
  {
    id: 'newcall/session-ids-differ',
    title: 'Two calls are two sessions',
    area: 'newcall',
    requirements: ['newcall-session-id-unique', 'newcall-asked'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const first = await refusedCall(ctx);
    const second = await refusedCall(ctx);
    const differ = that('another one than that of the first call', (id: unknown) => id !== first.body.sessionId);
    ctx.expect('newcall-session-id-unique', 'sessionId of the second call', second.body.sessionId, differ);
    ctx.expect('newcall-asked', 'newCalls for two calls', ctx.webhooks.all('newCall').length, is(2));
  },
);

scenario(
  {
    id: 'newcall/request-uri-decides',
    title: 'calledParty is the user of the Request-URI even where To names somebody else',
    area: 'newcall',
    requirements: ['newcall-called-party-request-uri'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      await caller.invite({ to: `<sip:somebody-else@${ctx.target.domain}>`, body: audioSdp(wire) });
      const { body } = await ctx.webhooks.next('newCall');
      ctx.expect('newcall-called-party-request-uri', 'calledParty', body.calledParty, is(ctx.number));
    }),
);

scenario(
  {
    id: 'newcall/source-address',
    title: 'srcAddr is the source of the packet, whatever Via and Contact say',
    area: 'newcall',
    requirements: ['newcall-src-addr-packet'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      const caller = wireCaller(ctx, wire);
      await caller.invite({
        vias: [`SIP/2.0/UDP 192.0.2.77:5060;rport;branch=\${branch}`],
        contact: '<sip:elsewhere@192.0.2.78:5060>',
        body: audioSdp(wire),
      });
      const { body } = await ctx.webhooks.next('newCall');
      ctx.expect('newcall-src-addr-packet', 'srcAddr', body.srcAddr, is(wire.host));
    }),
);

scenario(
  {
    id: 'newcall/retransmitted-invite',
    title: 'Three copies of an INVITE lead to one newCall',
    area: 'newcall',
    requirements: ['newcall-retransmission', 'sip-retransmitted-request'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { json: drop('busy'), delayMs: 400 } });
      const caller = wireCaller(ctx, wire);
      const invite = await caller.send('INVITE', { body: audioSdp(wire) });
      await wire.send(invite);
      await ctx.webhooks.next('newCall');
      await wire.send(invite);
      const refused = await wire.waitFor('486', (m) => m.status === 486);
      await caller.acknowledge(refused);
      await ctx.webhooks.next('sessionCompleted');
      ctx.expect('newcall-retransmission', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
      const finals = wire.received().filter((m) => (m.status ?? 0) >= 200);
      const tags = new Set(finals.map((m) => text(m.header('To', 't'))));
      ctx.expect('sip-retransmitted-request', 'To of all final responses', tags.size, is(1));
    }),
);
