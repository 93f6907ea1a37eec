/** What transactions, reliable responses and session timers rest on; then every header that rows speak of, left out. */
import { sip } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

const unsaid = [
  'Contact',
  'Record-Route',
  'Route',
  'Allow',
  'Supported',
  'Require',
  'RSeq',
  'RAck',
  'Session-Expires',
  'Min-SE',
  'Unsupported',
  'Accept',
  'Privacy',
  'P-Asserted-Identity',
  'Remote-Party-ID',
  'Diversion',
  'X-Trace-Id',
  'Authorization',
  'Proxy-Authorization',
  'Content-Type',
  'Warning',
  'Retry-After',
];

export const headers: readonly Recipe[] = [
  wire(
    'no via parameters',
    'Via lacks received and rport',
    sip
      .any()
      .when((m) => m.status > 0)
      .set('Via', (was) => was?.replace(/;received=[^;]*/, '').replace(/;rport=\d+/, '')),
  ),
  wire(
    'other cseq',
    'CSeq is another',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('CSeq', (was) => was?.replace(/^\d+/, '77')),
  ),
  wire(
    'reliable',
    'Provisional responses are not reliable',
    sip.response('INVITE', 101, 199).changing((m) => {
      m.set('RSeq', undefined).set('Require', undefined);
    }),
  ),
  wire(
    'other refresher',
    'The other side is to refresh',
    sip
      .any()
      .set('Session-Expires', (was) =>
        was?.replace(/refresher=(uac|uas)/, (_all, who: string) => `refresher=${who === 'uac' ? 'uas' : 'uac'}`),
      ),
  ),
  wire(
    'other interval',
    'The session interval is another',
    sip.any().set('Session-Expires', (was) => was?.replace(/^\d+/, '77')),
  ),
  ...unsaid.map((name) => wire(`no ${name}`, `${name} is left out`, sip.any().drop(name))),
];
