import { scenario } from '../../harness/scenario.ts';
import type { Json } from '../support/answers.ts';
import { expectNobodyCalled } from '../support/refused-call.ts';

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
    (ctx) => expectNobodyCalled(ctx, slug, () => more),
  );
}
