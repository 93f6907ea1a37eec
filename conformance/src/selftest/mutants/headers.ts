import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant, SipRewrite } from '../types.ts';
import { parameter, userPart } from './support.ts';

const invite = sip.request('INVITE').leg('callee');

/** `X-…` and `P-…` header lines, made anew. */
const lines = (pattern: RegExp, make: (line: string) => string | undefined): SipRewrite =>
  invite.changing((message) => {
    message.lines = message.lines.flatMap((line) => (pattern.test(line) ? (make(line) ?? []) : [line]));
  });

const cut = (line: string): string => line.slice(0, -1);

/** What becomes of one header of the INVITE, and the scenario that looks at it. */
const one = (
  name: string,
  title: string,
  slug: string,
  rewrite: SipRewrite | readonly SipRewrite[],
  scenario: string,
): Mutant => mutant(`headers/${name}`, title, `headers-${slug}`, rewrite, { scenarios: [`headers/${scenario}`] });

const custom: readonly Mutant[] = [
  one(
    'x-headers-once',
    'Of several X- headers of one name the first is sent',
    'x-headers',
    [
      invite.changing((message) => {
        const [first] = message.all('X-Suite-One');
        message.set('X-Suite-One', first);
      }),
    ],
    'x-and-p',
  ),
  one('p-headers-cut', 'P- headers lose their last character', 'p-headers', lines(/^p-suite/i, cut), 'x-and-p'),
  one(
    'lower-case',
    'Names of X- and P- headers are sent in lower case',
    'canonical-case',
    lines(/^[xp]-suite/i, (line) => line.replace(/^[^:]*/, (name) => name.toLowerCase())),
    'x-and-p',
  ),
  one(
    'copies-left-out',
    'Of the headers to be copied those that begin with P- are left out',
    'copy-headers',
    lines(/^p-suite-kept/i, () => undefined),
    'copy-headers',
  ),
  one(
    'copies-out-of-order',
    'Copied headers of one name come in another order',
    'copy-headers-newcall',
    invite.changing((message) => {
      const [first, ...others] = message.all('X-Suite-Kept').toReversed();
      message.set('X-Suite-Kept', first);
      for (const value of others) message.add('X-Suite-Kept', value);
    }),
    'copy-headers',
  ),
  one(
    'copies-of-others',
    'Headers that are not named are copied too',
    'copy-headers-only',
    invite.add('X-Suite-Left', 'no'),
    'nothing-copied',
  ),
];

const addresses: readonly Mutant[] = [
  one('sip-from-unheeded', 'From names another user', 'sip-from', invite.set('From', userPart('other')), 'sip-from'),
  one(
    'sip-from-anonymous',
    'Without sipFrom the user part of From is anonymous',
    'sip-from-default',
    invite.set('From', userPart('anonymous')),
    'sip-from-default',
  ),
  one(
    'sip-to-unheeded',
    'To names who is called in spite of sipTo',
    'sip-to',
    invite.set('To', userPart('callee')),
    'sip-to',
  ),
  one(
    'sip-to-called',
    'sipTo changes who is called',
    'sip-to',
    invite.changing((message) => {
      message.start = message.start.replace(/^INVITE sip:[^@]*@/, 'INVITE sip:+46890622@');
    }),
    'sip-to',
  ),
  one(
    'pai-unheeded',
    'P-Asserted-Identity names another user',
    'sip-pai',
    invite.set('P-Asserted-Identity', userPart('other')),
    'sip-pai',
  ),
  one('no-rpid', 'There is no Remote-Party-ID', 'sip-rpid', invite.drop('Remote-Party-ID'), 'sip-pai'),
  // In the answer to newCall it is a number, which another row is about.
  mutant('headers/no-diversion', 'There is no Diversion', 'headers-sip-diversion', invite.drop('Diversion'), {
    scenarios: ['b2bua/properties-after-event'],
  }),
  one(
    'number-as-float',
    'A JSON number in sipDiversion is written as a fraction',
    'sip-diversion-number',
    invite.set('Diversion', (was) => was?.replace(/(sips?:\d+)/, '$1.0')),
    'numbers',
  ),
  one(
    'diversion-parameters-unheeded',
    'Diversion has no parameters',
    'sip-diversion-parameters',
    invite.set('Diversion', (was) => was?.replace(/>.*/, '>')),
    'numbers',
  ),
  one(
    'contact-parameters-outside',
    'contactParameters stand behind the URI of Contact, not in it',
    'contact-parameters',
    invite.set('Contact', (was) => was && `${parameter('suite')(was)};suite=one`),
    'contact',
  ),
  one(
    'contact-user-parameters-in-the-uri',
    'contactUserParameters are parameters of the URI',
    'contact-user-parameters',
    invite.set('Contact', (was) => parameter('tgrp')(was)?.replace('>', ';tgrp=trunk9>')),
    'contact',
  ),
];

const privacy: readonly Mutant[] = [
  one('no-privacy', 'With callerPrivacy there is no Privacy', 'privacy-from', invite.drop('Privacy'), 'caller-privacy'),
  one(
    'from-without-user',
    'With callerPrivacy From has another user than anonymous',
    'privacy-from',
    invite.set('From', userPart('unknown')),
    'caller-privacy',
  ),
  one(
    'pai-withheld',
    'With callerPrivacy P-Asserted-Identity is withheld',
    'privacy-keeps-pai',
    invite.drop('P-Asserted-Identity'),
    'caller-privacy',
  ),
  one(
    'number-in-contact',
    'With callerPrivacy the number is in Contact',
    'privacy-contact',
    invite.set('Contact', userPart('+46890678')),
    'privacy-everywhere',
  ),
  one(
    'contact-bare',
    'With callerPrivacy Contact loses its parameters',
    'privacy-contact',
    invite.set('Contact', parameter('tgrp')),
    'privacy-everywhere',
  ),
  one(
    'number-not-asserted',
    'With callerPrivacy and without sipPAI nobody is told the number',
    'privacy-asserted',
    invite.drop('P-Asserted-Identity'),
    'privacy-default-number',
  ),
  ...['full', 'off'].map((value) =>
    one(
      `rpid-not-${value}`,
      `Remote-Party-ID does not say privacy=${value}`,
      'privacy-rpid',
      invite.set('Remote-Party-ID', parameter('privacy', 'name')),
      `remote-party-id-${value}`,
    ),
  ),
];

/** What must be refused is called all the same: the target takes the property for one that is harmless. */
const harmless = (
  name: string,
  title: string,
  slug: string,
  pointer: string,
  value: unknown,
  scenario: string,
): Mutant =>
  mutant(`headers/${name}`, title, `headers-${slug}`, callback('newCall').answer.set(pointer, value), {
    scenarios: [`headers/${scenario}`],
  });

export const headers: readonly Mutant[] = [
  ...custom,
  ...addresses,
  ...privacy,
  harmless(
    'line-breaks-removed',
    'CR and LF in a value are left out, and somebody is called',
    'injection',
    '/xHeaders',
    { 'x-a': 'bVia: evil' },
    'refused-crlf-value',
  ),
  harmless(
    'nul-removed',
    'NUL in a user is left out, and somebody is called',
    'injection',
    '/sipFrom',
    'ab',
    'refused-nul-from',
  ),
  harmless(
    'prefix-added',
    'A header name outside X- is given the prefix, and somebody is called',
    'prefix',
    '/xHeaders',
    { 'X-Via': 'SIP/2.0/UDP evil' },
    'refused-prefix',
  ),
];
