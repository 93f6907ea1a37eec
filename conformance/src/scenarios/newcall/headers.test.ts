import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { absent, is, that } from '../support/expected.ts';
import { refusedCall } from '../support/flows.ts';
import type { RequestChanges } from '../support/wire-caller.ts';

/** The newCall that an INVITE leads to, which the application then refuses. */
const newCallFor = async (ctx: TestContext, changes: RequestChanges): Promise<Readonly<Record<string, unknown>>> =>
  (await refusedCall(ctx, changes)).body;

/** INVITEs and what newCall says for each: title, requirements, changes of the INVITE, expected properties. */
const cases: readonly {
  readonly name: string;
  readonly title: string;
  readonly invite: RequestChanges;
  /** Requirement, property, value; undefined: left out. */
  readonly expected: readonly (readonly [string, string, unknown])[];
}[] = [
  {
    name: 'asserted-identity',
    title: 'P-Asserted-Identity wins over From for callingParty and displayName; fromUser stays the one of From',
    invite: {
      from: '"Device" <sip:device-17@192.0.2.1>',
      headers: ['P-Asserted-Identity: "Carl Carlsson" <sip:+4689012345@operator.example;user=phone>'],
    },
    expected: [
      ['newcall-calling-party-from-pai', 'callingParty', '+4689012345'],
      ['newcall-display-name-pai', 'displayName', 'Carl Carlsson'],
      ['newcall-from-user', 'fromUser', 'device-17'],
      ['newcall-pai-number', 'paiNumber', '+4689012345'],
    ],
  },
  {
    name: 'asserted-identity-without-name',
    title: 'Where P-Asserted-Identity has no display name, the one of From is told',
    invite: {
      from: '"Device" <sip:device-17@192.0.2.1>',
      headers: ['P-Asserted-Identity: <sip:+4689012345@operator.example>'],
    },
    expected: [
      ['newcall-display-name-from', 'displayName', 'Device'],
      ['newcall-calling-party-from-pai', 'callingParty', '+4689012345'],
    ],
  },
  {
    name: 'no-asserted-identity',
    title: 'Without P-Asserted-Identity From is told, and paiNumber is left out',
    invite: { from: '"Device" <sip:device-17@192.0.2.1>' },
    expected: [
      ['newcall-calling-party-from-from', 'callingParty', 'device-17'],
      ['newcall-display-name-from', 'displayName', 'Device'],
      ['newcall-pai-number-absent', 'paiNumber', undefined],
    ],
  },
  {
    name: 'no-display-name',
    title: 'Without any display name displayName is left out',
    invite: {
      from: '<sip:device-17@192.0.2.1>',
      headers: ['P-Asserted-Identity: <sip:+4689012345@operator.example>'],
    },
    expected: [['newcall-display-name-absent', 'displayName', undefined]],
  },
  {
    name: 'quoted-display-name',
    title: 'A quoted display name comes without quotes and escapes, and its letters are intact',
    invite: { from: '"Åsa \\"Boss\\" \\\\ Öberg, 電話" <sip:asa@192.0.2.1>' },
    expected: [
      ['newcall-display-name-quoted', 'displayName', 'Åsa "Boss" \\ Öberg, 電話'],
      ['sip-utf8', 'displayName', 'Åsa "Boss" \\ Öberg, 電話'],
    ],
  },
  {
    name: 'unquoted-display-name',
    title: 'A display name of several plain words is told as it is written',
    invite: { from: 'Carl Carlsson <sip:carl@192.0.2.1>' },
    expected: [['newcall-display-name-from', 'displayName', 'Carl Carlsson']],
  },
  {
    name: 'privacy-id',
    title: 'Privacy: id makes the caller secret',
    invite: { headers: ['Privacy: id'] },
    expected: [['newcall-privacy-secret-id', 'callingPartyPrivacy', 'secret']],
  },
  {
    name: 'privacy-user',
    title: 'Privacy: user makes the caller secret',
    invite: { headers: ['Privacy: user'] },
    expected: [['newcall-privacy-secret-user', 'callingPartyPrivacy', 'secret']],
  },
  {
    name: 'privacy-header',
    title: 'Privacy: header makes the caller secret',
    invite: { headers: ['Privacy: session; header; critical'] },
    expected: [['newcall-privacy-secret-header', 'callingPartyPrivacy', 'secret']],
  },
  {
    name: 'privacy-none',
    title: 'Privacy: none leaves the caller public',
    invite: { headers: ['Privacy: none'] },
    expected: [['newcall-privacy-none', 'callingPartyPrivacy', 'public']],
  },
  {
    name: 'anonymous-from',
    title: 'An anonymous From makes the caller secret',
    invite: { from: '"Anonymous" <sip:anonymous@anonymous.invalid>' },
    expected: [['newcall-privacy-secret-anonymous', 'callingPartyPrivacy', 'secret']],
  },
  {
    name: 'diversion',
    title: 'diversionHeaders is the content of Diversion',
    invite: { headers: ['Diversion: <sip:user@domain.example>;reason=time-of-day;counter=1'] },
    expected: [['newcall-diversion', 'diversionHeaders', '<sip:user@domain.example>;reason=time-of-day;counter=1']],
  },
  {
    name: 'several-diversions',
    title: 'Several Diversion headers are joined in their order, a comma and a blank between',
    invite: {
      headers: [
        'Diversion: <sip:first@domain.example>;reason=no-answer',
        'X-Between: them',
        'Diversion: <sip:second@domain.example>;reason=user-busy',
      ],
    },
    expected: [
      [
        'newcall-diversion-multiple',
        'diversionHeaders',
        '<sip:first@domain.example>;reason=no-answer, <sip:second@domain.example>;reason=user-busy',
      ],
    ],
  },
  {
    name: 'referred-by',
    title: 'referredBy is the content of Referred-By, its parameters included',
    invite: { headers: ['Referred-By: <sip:referrer@referrer.example>;cid="20398823.2UWQFN309shb3@referrer.example"'] },
    expected: [
      [
        'newcall-referred-by',
        'referredBy',
        '<sip:referrer@referrer.example>;cid="20398823.2UWQFN309shb3@referrer.example"',
      ],
    ],
  },
  {
    name: 'subject',
    title: 'subject is the content of Subject',
    invite: { headers: ['Subject: I know you are there, pick up!'] },
    expected: [['newcall-subject', 'subject', 'I know you are there, pick up!']],
  },
  {
    name: 'subject-compact',
    title: 'The compact form of Subject is understood',
    invite: { headers: ['s: short form'] },
    expected: [['newcall-subject-compact', 'subject', 'short form']],
  },
  {
    name: 'compact-names',
    title: 'The compact forms of all headers are understood',
    invite: { headers: ['s: short form', 'b: <sip:referrer@referrer.example>'], compact: true },
    expected: [
      ['sip-compact-forms', 'subject', 'short form'],
      ['sip-compact-forms', 'referredBy', '<sip:referrer@referrer.example>'],
    ],
  },
  {
    name: 'folded-subject',
    title: 'A header that is folded over two lines is read as one',
    invite: { headers: ['Subject: one\r\n   two\r\n\tthree'] },
    expected: [['sip-compact-forms', 'subject', 'one two three']],
  },
  {
    name: 'utf8-header',
    title: 'UTF-8 in a header value is told letter by letter',
    invite: { headers: ['X-City: Malmö – 東京'] },
    expected: [['sip-utf8', 'xHeaders', { 'x-city': 'Malmö – 東京' }]],
  },
];

/** SHOULD rows: a miss is a warning. */
const advice = new Set(['sip-utf8']);

for (const { name, title, invite, expected } of cases) {
  scenario(
    {
      id: `newcall/${name}`,
      title,
      area: 'newcall',
      requirements: [...new Set(expected.map(([slug]) => slug))],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      const body = await newCallFor(ctx, invite);
      for (const [slug, property, value] of expected) {
        const wanted = value === undefined ? absent : is(value);
        if (advice.has(slug)) ctx.should(slug, property, body[property], wanted);
        else ctx.expect(slug, property, body[property], wanted);
      }
    },
  );
}

scenario(
  {
    id: 'newcall/asserted-telephone-number',
    title: 'A tel URI in P-Asserted-Identity gives its number',
    area: 'newcall',
    requirements: ['newcall-calling-party-tel'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const body = await newCallFor(ctx, { headers: ['P-Asserted-Identity: <tel:+46-89-012345>'] });
    ctx.should(
      'newcall-calling-party-tel',
      'callingParty',
      body.callingParty,
      that(
        '+4689012345, with or without visual separators',
        (value: unknown) => typeof value === 'string' && value.replace(/[-.()]/g, '') === '+4689012345',
      ),
    );
  },
);

scenario(
  {
    id: 'newcall/no-special-headers',
    title: 'Without Diversion and Referred-By their properties are left out',
    area: 'newcall',
    requirements: ['newcall-diversion-absent', 'newcall-referred-by-absent'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const body = await newCallFor(ctx, {});
    ctx.expect('newcall-diversion-absent', 'diversionHeaders', body.diversionHeaders, absent);
    ctx.expect('newcall-referred-by-absent', 'referredBy', body.referredBy, absent);
  },
);
