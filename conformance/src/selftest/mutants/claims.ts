import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../drivers/http.ts';
import { callback, mutant, rest, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

const unknown = 'the answer to an unknown operation';

export const claims: readonly Mutant[] = [
  mutant(
    'claims/unknown-asks-for-a-token',
    'An operation that nobody has gets 401 without a token',
    'claims-operation-refused-alike',
    rest('*')
      .when(({ status, asked }) => status === 404 && asked?.header('authorization') === undefined)
      .status(401, { error: 'unauthorized', message: 'A token is missing.' }),
    { scenarios: ['claims/operations'] },
  ),
  mutant(
    'claims/claimed-is-unknown',
    'An operation that the service claims is refused as one that nobody has',
    'claims-operation-there',
    rest('*').edit((message, memory) => {
      if (message.status === 404 && message.asked?.header('authorization') !== undefined && !memory.has(unknown)) {
        memory.set(unknown, message.json);
        return undefined;
      }
      if (message.operation !== 'hangupCall' || !isDeepStrictEqual(message.asked?.json, {})) return undefined;
      message.status = 404;
      message.json = memory.get(unknown);
      return {};
    }),
    { scenarios: ['claims/operations'] },
  ),
  mutant(
    'claims/unknown-action-declines',
    'An action that nobody has ends the call with 603',
    'claims-action-refused',
    sip.response('INVITE', 480).status(603, 'Decline'),
    { scenarios: ['claims/actions'] },
  ),
  mutant(
    'claims/unknown-extension-declines',
    'An extension that nobody has is refused with 488',
    'claims-extension-refused',
    sip.response('INVITE', 420).status(488, 'Not Acceptable Here'),
    { scenarios: ['claims/extensions'] },
  ),
  mutant(
    'claims/unsupported-names-all',
    'Unsupported names whatever was required, what the service has too',
    'claims-extension-told',
    sip.response('INVITE', 420).set('Unsupported', (before) => `${before}, 100rel`),
    { scenarios: ['claims/extensions'] },
  ),
  mutant(
    'claims/unknown-format-recorded',
    'A recording of a format that nobody has is taken',
    'claims-recording-format-refused',
    rest('startRecording')
      .when(({ status }) => status === 400)
      .status(200, { success: true }),
    { scenarios: ['claims/recording-formats'] },
  ),
  mutant(
    'claims/key-in-whatever-content',
    'Whatever the content of a SIP INFO is, a key is read out of it',
    'claims-keys-unheard',
    sip.request('INFO').toTarget.set('Content-Type', 'application/dtmf-relay'),
    { scenarios: ['claims/keys-in-info'] },
  ),
  mutant(
    'claims/key-in-a-tone',
    'A tone of no key is taken for a key',
    'claims-keys-unheard',
    callback('getIvrCommand')
      .nth(2)
      .json((json) =>
        isObject(json) ? { ...json, dtmfBuffer: '5', dtmfParams: { reason: 'maxDigits', dtmfMatch: '5' } } : undefined,
      ),
    { scenarios: ['claims/keys-in-band'] },
  ),
  mutant(
    'claims/listener-by-another-name',
    'Whoever is named to listen by a name that nobody has is called',
    'claims-monitor-uncalled',
    callback('newCall').answer.rename('/overhearDestAddr', 'monitorDestAddr'),
    { scenarios: ['claims/monitor'] },
  ),
];
