import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { expectTaken } from '../support/errors.ts';
import { absent, is, that } from '../support/expected.ts';
import { nameAddr } from '../support/name-addr.ts';
import { calleeUser, invitedOnWire, isRequest, place, refuse } from '../support/outbound.ts';
import { onWire, type WireMessage } from '../support/wire.ts';

const area = 'placeivrcall';
const capability = 'outbound';
const needs = { call: true, webhook: true, rest: true } as const;

/** The INVITE that these properties lead to; the call is refused then. */
const inviteWith = (ctx: TestContext, more: Json, look: (invite: WireMessage) => void): Promise<void> =>
  onWire(ctx, { name: 'callee' }, async (wire) => {
    const invite = await invitedOnWire(ctx, wire, more);
    look(invite);
    await refuse(ctx, wire, invite);
  });

scenario(
  {
    id: 'placeivrcall/invite',
    title: 'placeivrcall sends an INVITE to destAddr, from sipFrom, without a Diversion, and answers success',
    area,
    capability,
    requirements: [
      'placeivrcall-sends-invite',
      'placeivrcall-sip-from',
      'placeivrcall-diversion-absent',
      'rest-general-answers-success-true',
    ],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      expectTaken(ctx, 'placeivrcall', await place(ctx, wire, { sipFrom: '+46890510' }));
      const invite = await wire.waitFor('INVITE', isRequest('INVITE'));
      const line = that(`a Request-URI for ${calleeUser} at our address`, (raw: string) =>
        raw.startsWith(`INVITE sip:${calleeUser}@${wire.host}:${wire.port}`),
      );
      ctx.expect('placeivrcall-sends-invite', 'INVITE', invite.raw, line);
      const { user } = nameAddr(invite.header('From', 'f'));
      ctx.expect('placeivrcall-sip-from', 'user part of From', user, is('+46890510'));
      ctx.expect('placeivrcall-diversion-absent', 'Diversion', invite.header('Diversion'), absent);
      await refuse(ctx, wire, invite);
    }),
);

for (const { name, title, displayName, slugs } of [
  {
    name: 'display-name',
    title: 'displayName is the display name of From',
    displayName: 'Carl Carlsson',
    slugs: ['placeivrcall-display-name'],
  },
  {
    name: 'display-name-quotes',
    title: 'A displayName with quotes, backslashes and brackets arrives as it was given',
    displayName: 'Ann "the \\ Boss"; <O’Neil>, B.',
    slugs: ['placeivrcall-display-name-quoting'],
  },
  {
    name: 'display-name-letters',
    title: 'A displayName with letters outside ASCII arrives as it was given',
    displayName: 'Åsa Öberg 通話 🎺',
    slugs: ['placeivrcall-display-name-quoting'],
  },
]) {
  scenario({ id: `placeivrcall/${name}`, title, area, capability, requirements: slugs, needs }, (ctx) =>
    inviteWith(ctx, { displayName }, (invite) => {
      const from = nameAddr(invite.header('From', 'f'));
      ctx.expect(slugs, 'display name of From', from.displayName, is(displayName));
    }),
  );
}

for (const { name, property, letter } of [
  { name: 'x-headers', property: 'xHeaders', letter: 'X' },
  { name: 'p-headers', property: 'pHeaders', letter: 'P' },
]) {
  const own = [`headers-${name}`, `placeivrcall-${name}`, `placeivrcall-${name}-array`];
  scenario(
    {
      id: `placeivrcall/${name}`,
      title: `Each entry of ${property} is a header of the INVITE in canonical case, an array several headers`,
      area,
      capability,
      requirements: [...own, 'headers-canonical-case', ...(letter === 'X' ? ['placeivrcall-x-headers-case'] : [])],
      needs,
    },
    (ctx) => {
      const lower = letter.toLowerCase();
      const headers = {
        [`${lower}-suite-one`]: 'value 1; a="b"',
        [`${lower}-suite-two`]: ['first', 'second, with a comma'],
        [`${lower}-suite-umlaut`]: 'Grüße',
      };
      return inviteWith(ctx, { [property]: headers }, (invite) => {
        ctx.expect(
          `placeivrcall-${name}`,
          `${letter}-Suite-One`,
          invite.headers(`${letter}-Suite-One`),
          is(['value 1; a="b"']),
        );
        ctx.expect(
          `headers-${name}`,
          `${letter}-Suite-Umlaut`,
          invite.headers(`${letter}-Suite-Umlaut`),
          is(['Grüße']),
        );
        const two = invite.headers(`${letter}-Suite-Two`);
        ctx.expect(`placeivrcall-${name}-array`, `${letter}-Suite-Two`, two, is(['first', 'second, with a comma']));
        const names = [...invite.raw.matchAll(/^([xp]-suite[^:\s]*)\s*:/gim)].map(([, found]) => found);
        const canonical = ['One', 'Two', 'Two', 'Umlaut'].map((part) => `${letter}-Suite-${part}`);
        if (letter === 'X')
          ctx.expect('placeivrcall-x-headers-case', 'names as they were sent', names.toSorted(), is(canonical));
        ctx.expect('headers-canonical-case', 'names as they were sent', names.toSorted(), is(canonical));
      });
    },
  );
}

scenario(
  {
    id: 'placeivrcall/diversion',
    title: 'sipDiversion is the number in a Diversion header, and sipDiversionParameters are its parameters',
    area,
    capability,
    requirements: [
      'placeivrcall-diversion',
      'placeivrcall-diversion-parameters',
      'headers-sip-diversion',
      'headers-sip-diversion-parameters',
    ],
    needs,
  },
  (ctx) =>
    inviteWith(
      ctx,
      { sipDiversion: '+46890200', sipDiversionParameters: { reason: 'no-answer', counter: '2' } },
      (invite) => {
        ctx.expect('placeivrcall-diversion', 'Diversion headers', invite.headers('Diversion').length, is(1));
        const diversion = nameAddr(invite.header('Diversion'));
        ctx.expect('placeivrcall-diversion', 'user part of Diversion', diversion.user, is('+46890200'));
        ctx.expect('headers-sip-diversion', 'user part of Diversion', diversion.user, is('+46890200'));
        const { reason, counter } = diversion.headerParameters;
        ctx.expect(
          'placeivrcall-diversion-parameters',
          'reason and counter',
          [reason, counter],
          is(['no-answer', '2']),
        );
        ctx.expect('headers-sip-diversion-parameters', 'reason and counter', [reason, counter], is(['no-answer', '2']));
      },
    ),
);

scenario(
  {
    id: 'placeivrcall/caller-privacy',
    title: 'With callerPrivacy From shows no number and is anonymous, and Privacy is id',
    area,
    capability,
    requirements: ['placeivrcall-caller-privacy', 'placeivrcall-caller-privacy-header', 'headers-privacy-from'],
    needs,
  },
  (ctx) =>
    inviteWith(ctx, { callerPrivacy: true, sipFrom: '+46890777', displayName: 'Secret Agent' }, (invite) => {
      const value = invite.header('From', 'f') ?? '';
      const hidden = that('neither number nor name', (from: string) => from !== '' && !/46890777|Secret/.test(from));
      ctx.expect('placeivrcall-caller-privacy', 'From', value, hidden);
      const { user, uri, displayName } = nameAddr(value);
      ctx.expect('headers-privacy-from', 'user part of From', user, is('anonymous'));
      ctx.expect(
        'placeivrcall-caller-privacy-header',
        'URI of From',
        uri.split(';')[0],
        is('sip:anonymous@anonymous.invalid'),
      );
      const anonymous = that(
        'Anonymous or none',
        (name: string | undefined) => name === undefined || /^anonymous$/i.test(name),
      );
      ctx.expect('placeivrcall-caller-privacy-header', 'display name of From', displayName, anonymous);
      const id = that('id among its values', (privacy: string | undefined) =>
        (privacy ?? '').split(/[;\s]+/).includes('id'),
      );
      ctx.expect('placeivrcall-caller-privacy-header', 'Privacy', invite.header('Privacy'), id);
    }),
);

scenario(
  {
    id: 'placeivrcall/no-caller-privacy',
    title: 'With callerPrivacy false the calling number is shown, and there is no Privacy',
    area,
    capability,
    requirements: ['placeivrcall-caller-privacy-false'],
    needs,
  },
  (ctx) =>
    inviteWith(ctx, { callerPrivacy: false, sipFrom: '+46890777' }, (invite) => {
      const { user } = nameAddr(invite.header('From', 'f'));
      ctx.expect('placeivrcall-caller-privacy-false', 'user part of From', user, is('+46890777'));
      ctx.expect('placeivrcall-caller-privacy-false', 'Privacy', invite.header('Privacy'), absent);
    }),
);

scenario(
  {
    id: 'placeivrcall/contact',
    title: 'contactParameters are parameters of the Contact URI, contactUserParameters of its user part',
    area,
    capability,
    requirements: [
      'placeivrcall-contact-parameters',
      'placeivrcall-contact-user-parameters',
      'headers-contact-parameters',
      'headers-contact-user-parameters',
    ],
    needs,
  },
  (ctx) => {
    const more = {
      contactParameters: { 'suite-a': 'one', suiteb: '2' },
      contactUserParameters: { tgrp: 'trunk7', 'trunk-context': 'example.com' },
    };
    return inviteWith(ctx, more, (invite) => {
      const contact = nameAddr(invite.header('Contact', 'm'));
      const { 'suite-a': a, suiteb } = contact.uriParameters;
      ctx.expect('placeivrcall-contact-parameters', 'parameters of the URI', [a, suiteb], is(['one', '2']));
      ctx.expect('headers-contact-parameters', 'parameters of the URI', [a, suiteb], is(['one', '2']));
      const { tgrp, 'trunk-context': context } = contact.userParameters;
      ctx.expect(
        'placeivrcall-contact-user-parameters',
        'parameters of the user',
        [tgrp, context],
        is(['trunk7', 'example.com']),
      );
      ctx.expect(
        'headers-contact-user-parameters',
        'parameters of the user',
        [tgrp, context],
        is(['trunk7', 'example.com']),
      );
    });
  },
);
