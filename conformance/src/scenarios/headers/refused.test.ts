import { scenario } from '../../harness/scenario.ts';
import type { Json } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { isRequest, uriOf } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

/** Properties of a call that must not become headers. */
const refused: readonly (readonly [name: string, what: string, slug: string, more: Json])[] = [
  ['crlf-value', 'CR and LF in a value of xHeaders', 'headers-injection', { xHeaders: { 'x-a': 'b\r\nVia: evil' } }],
  ['lf-name', 'LF in a name of pHeaders', 'headers-injection', { pHeaders: { 'p-a: b\nEvil': 'c' } }],
  ['nul-from', 'NUL in sipFrom', 'headers-injection', { sipFrom: 'a\u0000b' }],
  ['crlf-display-name', 'CR and LF in displayName', 'headers-injection', { displayName: 'A\r\nEvil: yes' }],
  ['crlf-contact', 'CR and LF in contactParameters', 'headers-injection', { contactParameters: { a: 'b\r\nEvil: c' } }],
  ['prefix', 'A name outside X- in xHeaders', 'headers-prefix', { xHeaders: { Via: 'SIP/2.0/UDP evil' } }],
];

for (const [name, what, slug, more] of refused) {
  scenario(
    {
      id: `headers/refused-${name}`,
      title: `${what} of an answer to newCall: nobody is called, the caller gets 480 and the operator an alarm`,
      area: 'headers',
      capability: 'call-control',
      requirements: [slug],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWire(ctx, { name: 'caller' }, (wire) =>
        onWire(ctx, { name: 'callee' }, async (callee) => {
          const json = callTo(uriOf(callee), more);
          ctx.webhooks.on('newCall', { answer: { json, expectInvalid: true } });
          const final = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
          ctx.expect(slug, 'final response to the caller', final.status, is(480));
          const { body } = await ctx.webhooks.next('alarm');
          ctx.expect(slug, 'error of the alarm', body.error, is('newCall request failed'));
          await ctx.webhooks.next('sessionCompleted');
          const invites = await callee.watch(ctx.target.timers.quietMs, isRequest('INVITE'));
          ctx.expect(slug, 'INVITEs to the callee', invites.length, is(0));
        }),
      ),
  );
}
