import { scenario } from '../../harness/scenario.ts';
import type { Json } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { calleeUser, isRequest, uriOf } from '../support/outbound.ts';
import { expectNobodyCalled } from '../support/refused-call.ts';
import { onWire } from '../support/wire.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { audioSdp, responseTo, wireCaller } from '../support/wire-caller.ts';

const area = 'wrong-answers';
const slug = 'headers-injection';
const needs = { call: true, webhook: true } as const;
const evil = 'a\r\nEvil: yes';

/** Every place of an answer that becomes a part of an INVITE, besides those of `headers/refused`. */
const places: readonly (readonly [name: string, title: string, more: Json])[] = [
  ['cr-from', 'CR alone in sipFrom', { sipFrom: 'a\rEvil: yes' }],
  ['lf-to', 'LF alone in sipTo', { sipTo: 'a\nEvil: yes' }],
  ['crlf-pai', 'CR LF in sipPAI', { sipPAI: evil }],
  ['crlf-rpid', 'CR LF in sipRPID', { sipRPID: evil }],
  ['crlf-diversion', 'CR LF in sipDiversion', { sipDiversion: evil }],
  [
    'crlf-diversion-value',
    'CR LF in a value of sipDiversionParameters',
    { sipDiversion: '1', sipDiversionParameters: { reason: evil } },
  ],
  [
    'crlf-diversion-name',
    'CR LF in a name of sipDiversionParameters',
    { sipDiversion: '1', sipDiversionParameters: { [evil]: 'b' } },
  ],
  ['crlf-contact-user', 'CR LF in a value of contactUserParameters', { contactUserParameters: { a: evil } }],
  ['crlf-contact-name', 'CR LF in a name of contactParameters', { contactParameters: { [evil]: 'b' } }],
  ['crlf-second-value', 'CR LF in the second value of a header', { xHeaders: { 'x-a': ['ok', evil] } }],
  ['crlf-p-value', 'CR LF in a value of pHeaders', { pHeaders: { 'p-a': evil } }],
  ['nul-value', 'NUL in a value of xHeaders', { xHeaders: { 'x-a': 'a\u0000b' } }],
  ['lf-copy', 'LF in a name of copyHeaders', { copyHeaders: ['x-a\nEvil: yes'] }],
  ['crlf-monitor-from', 'CR LF in monitorSipFrom', { monitorSipFrom: evil }],
  ['crlf-monitor-x', 'CR LF in a value of monitorXHeaders', { monitorXHeaders: { 'x-a': evil } }],
  ['crlf-monitor-p', 'CR LF in a value of monitorPHeaders', { monitorPHeaders: { 'p-a': evil } }],
];

for (const [name, title, more] of places) {
  scenario(
    {
      id: `wrong-answers/injection-${name}`,
      title: `${title} of an answer to newCall: nobody is called, the caller gets 480 and the operator an alarm`,
      area,
      capability: 'call-control',
      requirements: [slug],
      needs,
    },
    (ctx) =>
      expectNobodyCalled(ctx, slug, (uri) => ({ ...(name.includes('monitor') && { monitorDestAddr: uri }), ...more })),
  );
}

for (const [name, title, tail, shown] of [
  ['crlf', 'CR LF', '\r\nEvil: yes', slug],
  ['nul', 'NUL', '\u0000', slug],
  ['second-uri', 'A second URI', '>,<sip:eve@127.0.0.1', slug],
  ['headers', 'Headers', '?X-Evil=yes&Route=%3Csip:eve%3E', 'wrong-answers-address-headers'],
  ['method', 'A method', ';method=BYE', 'wrong-answers-address-headers'],
] as const) {
  scenario(
    {
      id: `wrong-answers/injection-address-${name}`,
      title: `${title} in destAddr: nobody is called, the caller gets 480, and the alarm names the address as it was given`,
      area,
      capability: 'call-control',
      requirements: ['actions-call-invalid-address', shown],
      needs,
    },
    (ctx) =>
      onWire(ctx, { name: 'caller' }, (wire) =>
        onWire(ctx, { name: 'callee' }, async (callee) => {
          const destAddr = `${uriOf(callee)}${tail}`;
          ctx.webhooks.on('newCall', { answer: { json: callTo(destAddr), expectInvalid: true } });
          const final = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
          ctx.expect(shown, 'final response to the caller', final.status, is(480));
          const { body } = await ctx.webhooks.next('alarm');
          ctx.expect('actions-call-invalid-address', 'error', body.error, is(`Invalid sip address: ${destAddr}`));
          await ctx.webhooks.next('sessionCompleted');
          const invites = await callee.watch(ctx.target.timers.quietMs, isRequest('INVITE'), { from: 0 });
          ctx.expect(shown, 'INVITEs to the callee', invites.length, is(0));
        }),
      ),
  );
}

/** What must not end the line must not be lost either: quotes, brackets and percent signs are content. */
scenario(
  {
    id: 'wrong-answers/injection-quotes',
    title:
      'Quotes, brackets and semicolons in names and users stay inside the quotes and the URI that they are given for',
    area,
    capability: 'call-control',
    requirements: ['headers-sip-from', 'headers-sip-to'],
    needs,
  },
  (ctx) =>
    onWireDial(
      ctx,
      { newCall: { displayName: 'A" <sip:eve@evil>;tag=1, "B', sipFrom: 'a>;tag=1,<b', sipTo: 'c@d;e>' } },
      async ({ callee, invite, final }) => {
        const from = invite.headers('From', 'f');
        const to = invite.headers('To', 't');
        ctx.expect('headers-sip-from', 'From headers', from.length, is(1));
        const quoted = /^"(?:[^"\\]|\\.)*"\s*<sips?:([^>@]+)@[^>@]+>;tag=[^;,\s]+$/.exec(from[0] ?? '');
        ctx.expect('headers-sip-from', 'user of From', decodeURIComponent(quoted?.[1] ?? ''), is('a>;tag=1,<b'));
        const user = /<sips?:([^>@]+)@[^>@]+>$/.exec(to[0] ?? '')?.[1];
        ctx.expect('headers-sip-to', 'user of To', decodeURIComponent(user ?? ''), is('c@d;e>'));
        await callee.send(responseTo(invite, 486, { toTag: calleeUser }));
        await callee.waitFor('ACK', isRequest('ACK'));
        await final;
        await ctx.webhooks.next('sessionCompleted');
      },
    ),
);
