/** Who calls whom, and what is passed on of it: other headers than the target ought to send. */
import { sip } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

const withoutTag = (value: string | undefined): string | undefined => value?.replace(/;\s*tag=[^;]*/i, '');

export const identity: readonly Recipe[] = [
  wire(
    'no to tag',
    'Responses have no To tag',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('To', withoutTag),
  ),
  wire(
    'other call-id',
    'Call-ID is another',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('Call-ID', (was) => `${was}x`),
  ),
  wire(
    'other user',
    'From names another user',
    sip.request('INVITE').set('From', (was) => was?.replace(/sip:[^@>]*@/, 'sip:other@')),
  ),
  wire(
    'other name',
    'From has another display name',
    sip
      .request('INVITE')
      .set('From', (was) => (was?.startsWith('"') ? was.replace(/^"[^"]*"/, '"Other"') : `"Other" ${was}`)),
  ),
  wire(
    'other uri',
    'The Request-URI is another',
    sip
      .request('INVITE')
      .initial()
      .changing((m) => {
        m.start = m.start.replace(/sip:[^@ ]*@/, 'sip:other@');
      }),
  ),
  wire(
    'other to',
    'To names another user',
    sip
      .request('INVITE')
      .initial()
      .set('To', (was) => was?.replace(/sip:[^@>]*@/, 'sip:other@')),
  ),
  wire(
    'no x headers',
    'X- headers are not passed on',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.filter((line) => !/^x-/i.test(line));
    }),
  ),
  wire(
    'no p headers',
    'P- headers are not passed on',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.filter((line) => !/^p-/i.test(line));
    }),
  ),
  wire(
    'other x headers',
    'X- and P- headers have other values',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.map((line) => (/^[xp]-/i.test(line) ? `${line}7` : line));
    }),
  ),
  wire(
    'more headers',
    'INVITE has headers that nobody asked for',
    sip.request('INVITE').changing((m) => {
      m.add('X-More', 'more')
        .add('P-More', 'more')
        .add('P-Asserted-Identity', '<sip:other@example.com>')
        .add('Privacy', 'id')
        .add('Diversion', '<sip:other@example.com>')
        .add('Remote-Party-ID', '<sip:other@example.com>');
    }),
  ),
  wire(
    'contact parameters',
    'Contact has no parameters',
    sip.any().set('Contact', (was) => was?.replace(/;[^>]*>/, '>').replace(/>;.*/, '>')),
  ),
  wire(
    'other diversion',
    'Diversion is another',
    sip
      .request('INVITE')
      .set('Diversion', (was) => was?.replace(/sip:[^@>]*/, 'sip:other').replace(/>;.*/, '>;reason=other')),
  ),
  wire(
    'other privacy',
    'Privacy is another',
    sip.request('INVITE').set('Privacy', (was) => was && 'none'),
  ),
  wire(
    'other identity',
    'P-Asserted-Identity is another',
    sip.request('INVITE').set('P-Asserted-Identity', (was) => was?.replace(/sip:[^@>]*/, 'sip:other')),
  ),
  wire(
    'other party',
    'Remote-Party-ID is another',
    sip
      .request('INVITE')
      .set('Remote-Party-ID', (was) => was?.replace(/sip:[^@>]*/, 'sip:other').replace(/privacy=\w+/, 'privacy=other')),
  ),
  wire(
    'other digest',
    'Credentials are wrong',
    sip.request('INVITE').changing((m) => {
      for (const name of ['Authorization', 'Proxy-Authorization']) {
        const was = m.get(name);
        if (was !== undefined) m.set(name, was.replace(/response="\w/, 'response="x'));
      }
    }),
  ),
];
