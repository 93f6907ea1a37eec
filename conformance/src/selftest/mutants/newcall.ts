import { isObject } from '../../drivers/http.ts';
import { callback, mutant } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const told = callback('newCall');
const completed = callback('sessionCompleted');

export const newcall: readonly Mutant[] = [
  mutant(
    'newcall/called-party-cut',
    'newCall leaves the first character of the called party out',
    'newcall-called-party',
    told.change('/calledParty', (was) => String(was).slice(1)),
  ),
  mutant('newcall/twice-for-a-retransmission', 'newCall comes twice for one call', 'newcall-asked', told.double()),
  mutant(
    'newcall/absent-is-empty',
    'A header that the INVITE has not is an empty text in newCall',
    'newcall-absent-left-out',
    told.json((json) => (isObject(json) && json.referredBy === undefined ? { ...json, referredBy: '' } : undefined)),
    { scenarios: ['newcall/types'] },
  ),
  mutant(
    'newcall/address-is-a-number',
    'srcAddr of newCall is a JSON number',
    'newcall-declared-types',
    told.set('/srcAddr', 2130706433),
    { scenarios: ['newcall/types'] },
  ),
  mutant(
    'newcall/one-domain-for-all',
    'Every call belongs to the domain of the first one, whatever the host of its Request-URI is',
    'newcall-domain-by-request-uri',
    completed.json((json, _message, memory) => {
      if (!isObject(json)) return undefined;
      if (!memory.has('domain')) memory.set('domain', json.domain);
      return { ...json, domain: memory.get('domain') };
    }),
    { scenarios: ['newcall/host-decides-domain'] },
  ),
  mutant(
    'newcall/host-for-a-domain',
    'A host that names no domain is taken for one, in place of that of the number range',
    'newcall-domain-by-number-range',
    completed.set('/domain', 'nobody.invalid'),
    { scenarios: ['newcall/number-decides-domain'] },
  ),
  mutant(
    'newcall/failed-ends-well',
    'A session whose newCall failed ends as one that was carried out',
    'alarms-newcall-failed-completed',
    completed.set('/reason', 'completed'),
    { scenarios: ['alarms/newcall-status-500'] },
  ),
  mutant(
    'newremotecall/newcall-besides',
    'newCall is sent besides newRemoteCall',
    'newremotecall-instead-of-newcall',
    callback('newRemoteCall').besides('newCall', ({ sessionId, destinationUri, sourceUser }) => ({
      ...{ sessionId, callingParty: sourceUser },
      calledParty: /^sip:([^@]+)@/.exec(String(destinationUri))?.[1],
    })),
    { scenarios: ['newremotecall/properties'] },
  ),
];
