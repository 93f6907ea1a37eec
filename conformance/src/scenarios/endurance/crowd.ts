/** Many calls at once: SIPp by the number, one application for each kind of call, and what became of all of them. */
import { join } from 'node:path';
import type { Datagrams } from '../../drivers/outside/types.ts';
import { callee, caller } from '../../drivers/sipp/scenario.ts';
import { sdp } from '../../drivers/sipp/sdp.ts';
import { errorOf, type SippHandle } from '../../drivers/sipp/types.ts';
import type { Callback, CallbackExpectation } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';

export type Caller = ReturnType<typeof caller>;
export type Callee = ReturnType<typeof callee>;

/** Longest life of a SIPp, ms. */
const legLimitMs = 75_000;
/** Calls of one kind that may be open at the same time: where a target is slow, fewer come in a second. */
const mostAtOnce = (calls: number): number => 4 + Math.ceil(calls / 8);

/** What one kind of call has to work with. All callbacks of its calls come to `app`. */
export interface Stage {
  readonly ctx: TestContext;
  readonly app: CallbackExpectation;
  readonly calls: number;
  /** Called number of its calls. */
  readonly number: string;
  /** A sessionReferenceId of this kind's alone. */
  readonly reference: string;
  readonly domain: string;
  /** Where audio may be sent to; nobody listens, but the port is there. */
  readonly drain: { readonly host: string; readonly port: number };
  /** SIPp that places the calls; `flow` says what each does after its INVITE. */
  callers(flow: (invited: Caller) => Caller, options?: LegOptions): Promise<SippHandle>;
  /** SIPp that takes the calls; gives their address besides. */
  callees(flow: (invited: Callee) => Callee, options?: LegOptions): Promise<{ leg: SippHandle; uri: string }>;
  /** All these SIPps have ended as their scenarios say. */
  ended(...legs: readonly SippHandle[]): Promise<void>;
  /** An operation that must be taken; whoever does not wait for it hears of a failure in the end. */
  rest(operation: string, body: Json): Promise<void>;
  /** Lets the time pass that lies between two calls of this kind. */
  pace(): Promise<void>;
  /** Resolves when there have been so many callbacks of this name. */
  until(name: Callback['name'], count: number): Promise<void>;
}

interface LegOptions {
  readonly name?: string;
  readonly calls?: number;
  readonly transport?: 'udp' | 'tcp';
  /** Calls that are open at the same time. */
  readonly atOnce?: number;
}

/** A kind of call, and how often it comes. */
export interface Kind {
  readonly name: string;
  readonly calls: number;
  /** Left out where the target does not claim it. */
  readonly capability?: string;
  /** Role of the tenant whose numbers are called; left out where the target file has none. */
  readonly tenant?: string;
  readonly course: Course;
}

/** Resolves when every call of a kind has ended as it should; throws when one has not. */
export type Course = (stage: Stage) => Promise<void>;

/** What became of a kind. */
export interface Driven {
  readonly kind: Kind;
  readonly app: CallbackExpectation;
  /** Why not every call ended as it should. */
  readonly problem?: string;
}

/** Drives all kinds at once; each spreads its calls over `seconds`. `told` hears of each callback. */
export async function driveAll(
  ctx: TestContext,
  kinds: readonly Kind[],
  seconds: number,
  told: (callback: Callback) => void,
): Promise<Driven[]> {
  const drain = await ctx.harness.outside.datagrams(ctx.target.suite.host);
  try {
    return await Promise.all(kinds.map((kind) => drive(ctx, kind, { seconds, drain, told })));
  } finally {
    drain.close();
  }
}

async function drive(
  ctx: TestContext,
  kind: Kind,
  { seconds, drain, told }: { seconds: number; drain: Datagrams; told: (callback: Callback) => void },
): Promise<Driven> {
  const number = ctx.harness.takeNumber(kind.tenant);
  const user = `crowd-${kind.name}`;
  const violations = new Set<string>();
  const app = ctx.harness.sink.expectation((exchange, callback) => {
    told(callback);
    for (const one of exchange.violations)
      if (!one.intended) violations.add(`${callback.name}: the ${one.where} breaks the specification: ${one.message}`);
  });
  const reference = `${ctx.reference} ${kind.name}`;
  app.claim({ number }).claim({ user }).claim({ reference });
  const legs: SippHandle[] = [];
  const failures: unknown[] = [];
  const { host } = ctx.target.suite;
  const media = { host, port: drain.port };
  const start = async (role: 'uac' | 'uas', xml: string, options: LegOptions): Promise<SippHandle> => {
    const name = `${kind.name}-${options.name ?? (role === 'uac' ? 'caller' : 'callee')}`;
    const calls = options.calls ?? kind.calls;
    const leg = await ctx.harness.sipp.start({
      ...{ scenario: { xml }, role, name, calls, media, local: { host }, logged: false, timeoutMs: legLimitMs },
      directory: join(ctx.meta.id, name),
      transport: options.transport ?? (role === 'uac' ? ctx.target.sip.transport : 'udp'),
      ...(role === 'uac' && { remote: ctx.target.sip, rate: Math.max(Math.ceil(calls / seconds), 1) }),
      ...(role === 'uac' && { atOnce: options.atOnce ?? mostAtOnce(calls) }),
    });
    legs.push(leg);
    return leg;
  };
  const domain = ctx.target.tenants[kind.tenant ?? '']?.domain ?? ctx.target.domain;
  const stage: Stage = {
    ...{ ctx, app, number, reference, domain, calls: kind.calls, drain: media },
    callers: (flow, options = {}) =>
      start('uac', flow(caller(kind.name).invite({ to: number, domain, from: user, sdp: sdp() })).xml(), options),
    callees: async (flow, options = {}) => {
      const leg = await start('uas', flow(callee(kind.name, user).invited()).xml(), options);
      await leg.ready;
      const transport = options.transport === 'tcp' ? ';transport=tcp' : '';
      return { leg, uri: `sip:${user}@${host}:${leg.port}${transport}` };
    },
    ended: async (...those) => {
      for (const result of await Promise.all(those.map(({ done }) => done))) if (!result.ok) throw errorOf(result);
    },
    rest: async (operation, body) => {
      try {
        const { status, raw } = await ctx.rest.send(operation, body);
        if (status !== 200) throw new Error(`${operation} got ${status}: ${raw}`);
      } catch (error) {
        failures.push(error);
      }
    },
    pace: () => ctx.harness.outside.sleep((seconds * 1000) / kind.calls),
    until: async (name, count) => {
      const waited = new Set<Callback>();
      while (waited.size < count) waited.add(await app.next(name, { within: legLimitMs }));
    },
  };
  await kind.course(stage).catch((error: unknown) => failures.push(error));
  await Promise.all(legs.map((leg) => leg.stop()));
  const problems = [...failures.map((one) => (one instanceof Error ? one.message : String(one))), ...violations];
  return { kind, app, ...(problems.length > 0 && { problem: problems.slice(0, 3).join('; ') }) };
}
