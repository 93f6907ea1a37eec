/** Methods, extensions, headers and bodies that the target does not know, or that are written otherwise (RFC 3261 7.3, 8.2). */
import { callback, mutant, sip } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';

export const content: readonly Mutant[] = [
  mutant(
    'sip/unknown-method-taken',
    'A method that nobody knows gets 200',
    'sip-unknown-method',
    sip.response('FROBNICATE').status(200, 'OK'),
  ),
  mutant(
    'sip/no-unsupported',
    'A 420 does not say what is not supported',
    'sip-unsupported-extension',
    sip.response('INVITE', 420).drop('Unsupported'),
  ),
  mutant(
    'sip/unknown-extension-taken',
    'An INVITE that requires an unknown extension reaches the application',
    'sip-unsupported-extension',
    sip.request('INVITE').toTarget.drop('Require'),
  ),
  mutant(
    'sip/malformed-taken',
    'A malformed INVITE gets 200',
    'sip-malformed',
    sip.response('INVITE', 400).status(200, 'OK'),
    { scenarios: ['sip/broken-invites'] },
  ),
  mutant(
    'sip/compact-names-unknown',
    'Headers with compact names are taken for some that nobody knows',
    'sip-compact-forms',
    sip.request('INVITE').toTarget.changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/^[sb](?=:)/, 'X-$&'));
    }),
    { scenarios: ['newcall/compact-names'] },
  ),
  mutant(
    'sip/folds-cut',
    'A folded header ends with its first line',
    'sip-compact-forms',
    sip.request('INVITE').toTarget.changing((message) => {
      message.lines = message.lines.map((line) => line.replace(/\r\n[ \t].*/s, ''));
    }),
    { scenarios: ['newcall/folded-subject'] },
  ),
  mutant(
    'sip/unknown-headers-harm',
    'Headers that nobody knows hide who was called',
    'sip-unknown-headers',
    callback('newCall').drop('/calledParty'),
    { scenarios: ['newcall/p-headers'] },
  ),
  mutant(
    'sip/no-accept',
    'A 415 does not say which types are understood',
    'sip-content-unknown',
    sip.response('INVITE', 415).drop('Accept'),
  ),
  mutant(
    'sip/no-accept-encoding',
    'A 415 does not say which encodings are understood',
    'sip-content-unknown',
    sip.response('INVITE', 415).drop('Accept-Encoding'),
  ),
  mutant(
    'sip/strange-content-otherwise',
    'A body of a strange type gets 400',
    'sip-content-unknown',
    sip.response('INVITE', 415).status(400),
  ),
];
