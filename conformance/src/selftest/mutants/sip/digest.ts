/** Credentials for a challenge (RFC 3261 22, RFC 7616). */
import { callback, mutant, sip } from '../../dsl/index.ts';
import type { Memory, Mutant } from '../../types.ts';

/** The INVITE with credentials has passed. */
const again = (memory: Memory): boolean => memory.has('again');
const cseq = (step: number) => (was: string | undefined) =>
  was?.replace(/^\d+/, (number) => String(Number(number) + step));

export const digest: readonly Mutant[] = [
  mutant(
    'sip/same-cseq-with-credentials',
    'The INVITE with credentials has the CSeq of the one before',
    'sip-digest-challenge',
    [
      sip
        .request('INVITE')
        .leg('callee')
        .from(2)
        .edit((message, _passage, memory) => {
          memory.set('again', true);
          message.set('CSeq', cseq(-1)(message.get('CSeq')));
          return {};
        }),
      sip.request('ACK', 'BYE').changing((message, _passage, memory) => {
        if (again(memory)) message.set('CSeq', cseq(-1)(message.get('CSeq')));
      }),
      sip
        .any()
        .toTarget.leg('callee')
        .when((message) => message.status > 0)
        .changing((message, _passage, memory) => {
          if (again(memory)) message.set('CSeq', cseq(1)(message.get('CSeq')));
        }),
    ],
    { scenarios: ['sip/digest-401-md5'] },
  ),
  mutant(
    'sip/credentials-unasked',
    'The first INVITE has credentials that nobody asked for',
    'sip-digest-challenge',
    sip
      .request('INVITE')
      .leg('callee')
      .nth(1)
      .add('Proxy-Authorization', 'Digest username="mutant", realm="mutant", nonce="", uri="sip:x", response="0"'),
    { scenarios: ['sip/digest-407-md5'] },
  ),
  ...(
    [
      ['response', /(response="?)[0-9a-f]/, '$1x'],
      ['nonce', /(nonce=")/, '$1x'],
      ['opaque', /(opaque=")/, '$1x'],
      ['uri', /( uri="sip:)/, '$1x'],
      ['nc', /(nc=)\d+/, '$100000007'],
      ['cnonce', /(cnonce=")[^"]*/, '$1'],
    ] as const
  ).map(([name, pattern, by]) =>
    mutant(
      `sip/digest-wrong-${name}`,
      `Credentials have another ${name}`,
      'sip-digest-response',
      sip.request('INVITE').set('Authorization', (was) => was?.replace(pattern, by)),
      { scenarios: ['sip/digest-401-md5'] },
    ),
  ),
  mutant(
    'sip/digest-refused-told-otherwise',
    'A call whose credentials are refused ends as an error',
    'sip-digest-gives-up',
    callback('sessionCompleted').set('/reason', 'error'),
    { scenarios: ['sip/digest-refused'] },
  ),
];
