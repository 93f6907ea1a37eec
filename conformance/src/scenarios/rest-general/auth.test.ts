import { createHmac } from 'node:crypto';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { text } from '../support/flows.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

/** A request that would be refused for nothing but its token: it names a session that nobody has. */
const harmless = { sessionId: '00000000-0000-4000-8000-000000000000' };

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ways to come without a valid token: name, sentence, requirement, Authorization header. */
const strangers: readonly {
  readonly name: string;
  readonly title: string;
  readonly slug: string;
  readonly header: (ctx: TestContext) => Promise<'none' | { readonly value: string }>;
}[] = [
  {
    name: 'missing-token',
    title: 'A request without Authorization is refused with 401',
    slug: 'rest-general-auth-missing-token',
    header: async () => 'none',
  },
  {
    name: 'other-scheme',
    title: 'Basic credentials are refused with 401',
    slug: 'rest-general-auth-other-scheme',
    header: async () => ({ value: `Basic ${Buffer.from('user:password').toString('base64')}` }),
  },
  {
    name: 'garbage-token',
    title: 'A bearer token that is no JWT is refused with 401',
    slug: 'rest-general-auth-garbage-token',
    header: async () => ({ value: 'Bearer not-a-token' }),
  },
  {
    name: 'wrong-signature',
    title: 'A token with another signature is refused with 401',
    slug: 'rest-general-auth-wrong-signature',
    header: async (ctx) => {
      const [head = '', claims = '', signature = ''] = (await ctx.rest.token()).split('.');
      const other = [...signature].toReversed().join('');
      return { value: `Bearer ${head}.${claims}.${other}` };
    },
  },
  {
    name: 'expired-token',
    title: 'A token whose time is over is refused with 401',
    slug: 'rest-general-auth-expired',
    header: async (ctx) => ({ value: `Bearer ${await ctx.rest.token({ expired: true })}` }),
  },
  {
    name: 'unsigned-token',
    title: 'An unsigned token with alg none is refused with 401',
    slug: 'rest-general-auth-alg-none',
    header: async (ctx) => {
      const [, claims = ''] = (await ctx.rest.token()).split('.');
      return { value: `Bearer ${base64url({ alg: 'none', typ: 'JWT' })}.${claims}.` };
    },
  },
  {
    name: 'other-algorithm',
    title: 'A token signed with the right secret by an algorithm that is not the configured one is refused with 401',
    slug: 'rest-general-auth-alg-confusion',
    header: async (ctx) => {
      const { credentials } = ctx.target;
      const [, claims = ''] = (await ctx.rest.token({})).split('.');
      if (credentials.kind !== 'hs256')
        throw new Error('The target file holds a ready token, whose secret is not known');
      const signed = `${base64url({ alg: 'HS512', typ: 'JWT' })}.${claims}`;
      const signature = createHmac('sha512', credentials.secret).update(signed).digest('base64url');
      return { value: `Bearer ${signed}.${signature}` };
    },
  },
];

for (const { name, title, slug, header } of strangers) {
  scenario(
    {
      id: `rest-general/${name}`,
      title,
      area: 'rest-general',
      requirements: [slug, ...refusal],
      needs: { rest: true },
    },
    async (ctx) => {
      const response = await ctx.rest.send('hangupparticipant', harmless, { authorization: await header(ctx) });
      expectRefused(ctx, slug, 'hangupparticipant', response, 401);
    },
  );
}

scenario(
  {
    id: 'rest-general/token-of-another-domain',
    title: 'A token of one domain is refused with 403 on the path of another',
    tenant: 'foreign',
    area: 'rest-general',
    requirements: ['rest-general-auth-other-domain', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const own = await ctx.rest.send('hangupparticipant', harmless);
    ctx.expect('rest-general-auth-other-domain', 'status on the own path: the call is not known', own.status, is(404));
    const foreign = ctx.target.tenants.foreign?.domain ?? 'foreign';
    const response = await ctx.rest.send('hangupparticipant', harmless, { domain: foreign });
    expectRefused(ctx, 'rest-general-auth-other-domain', `hangupparticipant of ${foreign}`, response, 403);
  },
);

scenario(
  {
    id: 'rest-general/refused-request-does-nothing',
    title: 'placeivrcall with a bad token calls nobody; with a good one it calls',
    area: 'rest-general',
    capability: 'outbound',
    requirements: [
      'rest-general-auth-no-side-effect',
      'rest-general-auth-valid-token',
      'rest-general-answers-success-true',
      ...refusal,
    ],
    needs: { rest: true, call: true },
  },
  async (ctx) => {
    const callee = await ctx.callee({ answer: 486 });
    const slug = 'rest-general-auth-no-side-effect';
    const place = { destAddr: callee.uri, sipFrom: ctx.number, sessionReferenceId: ctx.reference };
    const refused = await ctx.rest.send('placeivrcall', place, { authorization: { value: 'Bearer not-a-token' } });
    expectRefused(ctx, slug, 'placeivrcall with a bad token', refused, 401);
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    const invites = () => callee.sipp.messages().filter((m) => m.method === 'INVITE' && m.status === undefined);
    ctx.expect(slug, 'INVITEs after the refusal', invites().length, is(0));
    const taken = await ctx.rest.send('placeivrcall', place);
    ctx.expect('rest-general-auth-valid-token', 'status with a valid token', taken.status, is(200));
    expectTaken(ctx, 'placeivrcall', taken);
    await callee.invited;
    ctx.expect(slug, 'INVITEs after the call that was allowed', text(invites()[0]?.method), is('INVITE'));
    await callee.ended;
  },
);
