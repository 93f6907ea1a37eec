import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { absent, is, that } from '../support/expected.ts';
import { nameAddr } from '../support/name-addr.ts';
import { calleeUser } from '../support/outbound.ts';
import { privacyValues } from '../support/privacy.ts';
import type { WireMessage } from '../support/wire.ts';
import { dialledOnWire } from '../support/wire-bridge.ts';

const area = 'headers';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

/** Properties of the answer to newCall, and what the INVITE to the callee must say. */
const cases: readonly {
  readonly name: string;
  readonly title: string;
  readonly slugs: readonly string[];
  readonly newCall?: Json;
  readonly headers?: readonly string[];
  readonly user?: string;
  readonly look: (ctx: TestContext, invite: WireMessage) => void;
}[] = [
  {
    name: 'sip-from',
    title: 'sipFrom is the user part of From, displayName its name',
    slugs: ['headers-sip-from', 'actions-display-name'],
    newCall: { sipFrom: '+46890611', displayName: 'Anna "A" Andersson' },
    look: (ctx, invite) => {
      const { user, displayName } = nameAddr(invite.header('From', 'f'));
      ctx.expect('headers-sip-from', 'user part of From', user, is('+46890611'));
      ctx.expect('actions-display-name', 'display name of From', displayName, is('Anna "A" Andersson'));
    },
  },
  {
    name: 'sip-from-default',
    title: 'Without sipFrom the calling party is the user part of From, and To names the callee',
    slugs: ['headers-sip-from-default', 'headers-sip-to'],
    user: 'somebody-who-calls',
    look: (ctx, invite) => {
      const { user } = nameAddr(invite.header('From', 'f'));
      ctx.expect('headers-sip-from-default', 'user part of From', user, is('somebody-who-calls'));
      ctx.expect('headers-sip-to', 'user part of To', nameAddr(invite.header('To', 't')).user, is(calleeUser));
    },
  },
  {
    name: 'sip-to',
    title: 'sipTo is the user part of To, while the Request-URI stays destAddr',
    slugs: ['headers-sip-to'],
    newCall: { sipTo: '+46890622' },
    look: (ctx, invite) => {
      ctx.expect('headers-sip-to', 'user part of To', nameAddr(invite.header('To', 't')).user, is('+46890622'));
      const line = that(`a Request-URI with ${calleeUser}`, (raw: string) =>
        raw.startsWith(`INVITE sip:${calleeUser}@`),
      );
      ctx.expect('headers-sip-to', 'INVITE', invite.raw, line);
    },
  },
  {
    name: 'sip-pai',
    title: 'sipPAI becomes P-Asserted-Identity, sipRPID Remote-Party-ID',
    slugs: ['headers-sip-pai', 'headers-sip-rpid'],
    newCall: { sipPAI: '+46890633', sipRPID: '+46890644' },
    look: (ctx, invite) => {
      const pai = nameAddr(invite.header('P-Asserted-Identity')).user;
      ctx.expect('headers-sip-pai', 'user part of P-Asserted-Identity', pai, is('+46890633'));
      const rpid = nameAddr(invite.header('Remote-Party-ID')).user;
      ctx.expect('headers-sip-rpid', 'user part of Remote-Party-ID', rpid, is('+46890644'));
    },
  },
  {
    name: 'numbers',
    title: 'A JSON number in sipDiversion and sipRPID counts as its digits',
    slugs: ['headers-sip-diversion-number', 'headers-sip-diversion', 'headers-sip-diversion-parameters'],
    newCall: { sipDiversion: 46890655, sipRPID: 46890666, sipDiversionParameters: { reason: 'user-busy' } },
    look: (ctx, invite) => {
      const diversion = nameAddr(invite.header('Diversion'));
      const rpid = nameAddr(invite.header('Remote-Party-ID')).user;
      ctx.expect('headers-sip-diversion-number', 'user parts', [diversion.user, rpid], is(['46890655', '46890666']));
      ctx.expect('headers-sip-diversion', 'user part of Diversion', diversion.user, is('46890655'));
      const { reason } = diversion.headerParameters;
      ctx.expect('headers-sip-diversion-parameters', 'reason of Diversion', reason, is('user-busy'));
    },
  },
  {
    name: 'caller-privacy',
    title: 'callerPrivacy hides number and name in From, and keeps P-Asserted-Identity',
    slugs: ['actions-caller-privacy', 'headers-privacy-from', 'headers-privacy-keeps-pai'],
    newCall: { callerPrivacy: true, sipFrom: '+46890677', sipPAI: '+46890688', displayName: 'Secret' },
    look: (ctx, invite) => {
      const from = invite.header('From', 'f') ?? '';
      const hidden = that('neither number nor name', (value: string) => value !== '' && !/46890677|Secret/.test(value));
      ctx.expect('actions-caller-privacy', 'From', from, hidden);
      ctx.expect('headers-privacy-from', 'user part of From', nameAddr(from).user, is('anonymous'));
      const id = privacyValues(invite).includes('id');
      ctx.expect('headers-privacy-from', 'id among the values of Privacy', id, is(true));
      const pai = nameAddr(invite.header('P-Asserted-Identity')).user;
      ctx.expect('headers-privacy-keeps-pai', 'user part of P-Asserted-Identity', pai, is('+46890688'));
    },
  },
  {
    name: 'privacy-everywhere',
    title:
      'callerPrivacy shows number and name in no header but P-Asserted-Identity, where the network needs the number',
    slugs: ['actions-caller-privacy', 'headers-privacy-contact', 'headers-privacy-asserted'],
    newCall: {
      callerPrivacy: true,
      sipFrom: '+46890678',
      displayName: 'Secret',
      contactParameters: { suite: 'one' },
      contactUserParameters: { tgrp: 'trunk9' },
    },
    look: (ctx, invite) => {
      const { user, uriParameters, userParameters } = nameAddr(invite.header('Contact', 'm'));
      const hidden = that('not the number', (value: string) => value !== '' && !value.includes('46890678'));
      ctx.expect('headers-privacy-contact', 'user part of Contact', user, hidden);
      const parameters = [uriParameters.suite, userParameters.tgrp];
      ctx.expect('headers-privacy-contact', 'parameters of Contact', parameters, is(['one', 'trunk9']));
      const shown = invite.raw.split('\r\n').filter((line) => /46890678|Secret/.test(line));
      const others = shown.filter((line) => !/^P-Asserted-Identity\s*:/i.test(line));
      ctx.expect('actions-caller-privacy', 'other lines with number or name', others, is([]));
      const pai = nameAddr(invite.header('P-Asserted-Identity')).user;
      ctx.expect('headers-privacy-asserted', 'user part of P-Asserted-Identity', pai, is('+46890678'));
    },
  },
  {
    name: 'privacy-default-number',
    title: 'callerPrivacy without sipFrom asserts the number of the calling party, and shows it nowhere else',
    slugs: ['actions-caller-privacy', 'headers-privacy-asserted'],
    user: '+46890679',
    newCall: { callerPrivacy: true },
    look: (ctx, invite) => {
      const shown = invite.raw.split('\r\n').filter((line) => line.includes('46890679'));
      const others = shown.filter((line) => !/^P-Asserted-Identity\s*:/i.test(line));
      ctx.expect('actions-caller-privacy', 'other lines with the number', others, is([]));
      const pai = nameAddr(invite.header('P-Asserted-Identity')).user;
      ctx.expect('headers-privacy-asserted', 'user part of P-Asserted-Identity', pai, is('+46890679'));
    },
  },
  ...[
    { hides: true, privacy: 'full' },
    { hides: false, privacy: 'off' },
  ].map(({ hides, privacy }) => ({
    name: `remote-party-id-${privacy}`,
    title: `Remote-Party-ID says privacy=${privacy} ${hides ? 'with' : 'without'} callerPrivacy`,
    slugs: ['headers-privacy-rpid', 'headers-sip-rpid'],
    newCall: { callerPrivacy: hides, sipRPID: '+46890645' },
    look: (ctx: TestContext, invite: WireMessage) => {
      const { user, headerParameters } = nameAddr(invite.header('Remote-Party-ID'));
      ctx.expect('headers-sip-rpid', 'user part of Remote-Party-ID', user, is('+46890645'));
      ctx.expect('headers-privacy-rpid', 'privacy of Remote-Party-ID', headerParameters.privacy, is(privacy));
    },
  })),
  {
    name: 'contact',
    title: 'contactParameters and contactUserParameters are in the Contact of the INVITE',
    slugs: ['headers-contact-parameters', 'headers-contact-user-parameters'],
    newCall: { contactParameters: { suite: 'one' }, contactUserParameters: { tgrp: 'trunk9' } },
    look: (ctx, invite) => {
      const { uriParameters, userParameters } = nameAddr(invite.header('Contact', 'm'));
      ctx.expect('headers-contact-parameters', 'parameter of the URI', uriParameters.suite, is('one'));
      ctx.expect('headers-contact-user-parameters', 'parameter of the user', userParameters.tgrp, is('trunk9'));
    },
  },
  {
    name: 'x-and-p',
    title: 'xHeaders and pHeaders of the answer are headers of the INVITE, in canonical case',
    slugs: ['headers-x-headers', 'headers-p-headers', 'headers-canonical-case'],
    newCall: { xHeaders: { 'x-suite-one': ['a', 'b'] }, pHeaders: { 'p-suite-two': 'c; d="e"' } },
    look: (ctx, invite) => {
      ctx.expect('headers-x-headers', 'X-Suite-One', invite.headers('X-Suite-One'), is(['a', 'b']));
      ctx.expect('headers-p-headers', 'P-Suite-Two', invite.headers('P-Suite-Two'), is(['c; d="e"']));
      const names = [...invite.raw.matchAll(/^([xp]-suite[^:\s]*)\s*:/gim)].map(([, found]) => found);
      const canonical = ['P-Suite-Two', 'X-Suite-One', 'X-Suite-One'];
      ctx.expect('headers-canonical-case', 'names as they were sent', names.toSorted(), is(canonical));
    },
  },
  {
    name: 'copy-headers',
    title: 'copyHeaders copies the headers that it names, with their values in order, and no others',
    slugs: ['headers-copy-headers', 'headers-copy-headers-newcall', 'headers-copy-headers-only'],
    newCall: { copyHeaders: ['x-suite-kept', 'P-Suite-Kept', 'X-Suite-Not-There'] },
    headers: [
      'X-Suite-Kept: first',
      'X-Suite-Left: no',
      'X-Suite-Kept: second; a="b"',
      'P-Suite-Kept: third',
      'P-Suite-Left: no',
    ],
    look: (ctx, invite) => {
      const kept = [...invite.headers('X-Suite-Kept'), ...invite.headers('P-Suite-Kept')];
      ctx.expect('headers-copy-headers', 'number of copied headers', kept.length, is(3));
      ctx.expect('headers-copy-headers-newcall', 'values', kept, is(['first', 'second; a="b"', 'third']));
      for (const name of ['X-Suite-Left', 'P-Suite-Left', 'X-Suite-Not-There']) {
        ctx.expect('headers-copy-headers-only', name, invite.header(name), absent);
      }
    },
  },
  {
    name: 'nothing-copied',
    title: 'Without copyHeaders no header of the caller is copied',
    slugs: ['headers-copy-headers-only'],
    headers: ['X-Suite-Left: no', 'P-Suite-Left: no'],
    look: (ctx, invite) => {
      for (const name of ['X-Suite-Left', 'P-Suite-Left']) {
        ctx.expect('headers-copy-headers-only', name, invite.header(name), absent);
      }
    },
  },
];

for (const { name, title, slugs, newCall = {}, headers = [], user, look } of cases) {
  scenario({ id: `headers/${name}`, title, area, capability, requirements: slugs, needs }, (ctx) =>
    dialledOnWire(ctx, { newCall, invite: { headers }, ...(user !== undefined && { user }) }, (invite) =>
      look(ctx, invite),
    ),
  );
}
