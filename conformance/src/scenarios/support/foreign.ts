/** Another domain of the target, for what one domain alone cannot show. */
import { bearerToken } from '../../drivers/rest/token.ts';
import type { RestVariant } from '../../drivers/rest/types.ts';
import type { CallbackExpectation } from '../../drivers/webhook-sink/types.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import { ivr, waiting } from './answers.ts';

export const foreignDomain = (ctx: TestContext): string => ctx.target.tenants.foreign?.domain ?? 'foreign';

/** A request to the other domain, or to that of another role, with its own credentials. */
export async function foreignRequest(
  ctx: TestContext,
  role = 'foreign',
): Promise<Pick<RestVariant, 'domain' | 'authorization'>> {
  const tenant = ctx.target.tenants[role];
  const [domain, credentials] = [tenant?.domain ?? role, tenant?.credentials ?? ctx.target.credentials];
  return { domain, authorization: { value: `Bearer ${await bearerToken(credentials, domain)}` } };
}

/** A call that waits in the IVR of the other domain, and what its application hears. */
export async function foreignIvr(ctx: TestContext): Promise<{ call: CallHandle; app: CallbackExpectation }> {
  const reference = `${ctx.reference}/foreign`;
  const number = ctx.harness.takeNumber('foreign');
  const app = ctx
    .alsoClaim({ number, reference })
    .on('newCall', ivr({ sessionReferenceId: reference }))
    .on('getIvrCommand', waiting());
  const call = await ctx.call({ to: number, domain: foreignDomain(ctx) });
  await call.established;
  return { call, app };
}
