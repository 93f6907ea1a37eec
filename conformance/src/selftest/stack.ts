import type { Lateness } from '../drivers/rtp-probe/types.ts';
import { defaultTimeoutMs } from '../harness/context.ts';
import { createHarness } from '../harness/harness.ts';
import { watchLag } from '../harness/lag.ts';
import { readMetrics } from '../harness/metrics.ts';
import { runScenario } from '../harness/scenario.ts';
import type { Harness, HarnessSettings, ScenarioMeta, ScenarioOutcome, TestContext } from '../harness/types.ts';
import type { ServerPlace } from './orders.ts';
import type { Rewrite } from './types.ts';
import { startHttpProxy, type WireProxy } from './wires/http-proxy.ts';
import { Interceptor } from './wires/interceptor.ts';
import { behindRelay } from './wires/relay-lateness.ts';
import { RtpRelay } from './wires/rtp-relay.ts';
import { SipProxy } from './wires/sip-proxy.ts';

/** A scenario as it was declared. */
export interface Scenario {
  readonly meta: ScenarioMeta;
  readonly run: (ctx: TestContext) => Promise<void>;
  /** It waits for more than a minute, and runs only where no other will do. */
  readonly patient: boolean;
}

/** A server with its proxies and a harness of its own: one mutant at a time. */
export interface Stack {
  /** Runs a scenario with these rewrites, `limitMs` at most; gives how it ended and what was rewritten. */
  run(
    scenario: Scenario,
    rewrites: readonly Rewrite[],
    limitMs?: number,
  ): Promise<{ readonly outcome: ScenarioOutcome; readonly applied: number; readonly first: string }>;
  /** Runs a scenario beside others of the same stack: with rewrites that were begun before, or none. */
  beside(scenario: Scenario): Promise<ScenarioOutcome>;
  readonly interceptor: Interceptor;
  /** Waits a little for the server to come to rest; false when it does not, or does not answer. */
  atRest(withinMs: number): Promise<boolean>;
  /** Ends what the suite runs as processes. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** What a call uses; what is left of a mutant would be in the way of scenarios that count. */
const gauges = ['sessions', 'legs', 'callbacks_waiting', 'callbacks_under_way', 'sip_dialogs', 'sip_pending'];
const lookMs = 40;
/** What a mutant has made impossible is waited for in vain, so not for long: a scenario's wait for the next thing, ms. */
const stepMs = 3000;

export async function openStack(
  { target, places, through }: ServerPlace,
  settings: Omit<HarnessSettings, 'target'>,
): Promise<Stack> {
  const { host } = places;
  const interceptor = new Interceptor();
  const relay = new RtpRelay(interceptor);
  const closers: { close(): Promise<void> }[] = [];
  const opened = async <T extends { close(): Promise<void> }>(started: Promise<T>): Promise<T> => {
    const one = await started;
    closers.unshift(one);
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0)) await one.close();
    relay.clear();
  };
  const origin = (port: number): string => `http://${host}:${port}`;
  try {
    await opened<WireProxy>(
      startHttpProxy({
        ...{ wire: 'rest', host, port: through.httpPort, upstream: origin(places.httpPort), interceptor, relay },
        names: [
          [origin(places.callbackPort), origin(through.callbackPort)],
          [origin(through.httpPort), origin(places.httpPort)],
        ],
      }),
    );
    await opened<WireProxy>(
      startHttpProxy({
        ...{
          wire: 'callback',
          host,
          port: through.callbackPort,
          upstream: origin(places.callbackPort),
          interceptor,
          relay,
        },
        alarmPath: new URL(target.callbacks.alarmUrl).pathname,
        names: [
          [origin(through.callbackPort), origin(places.callbackPort)],
          [origin(places.httpPort), origin(through.httpPort)],
        ],
      }),
    );
    const sip = await opened(
      SipProxy.start({
        ...{ host, frontPort: through.sipPort, outboundPort: through.outboundPort, targetPort: places.sipPort },
        ...{ interceptor, relay },
      }),
    );
    // The harness waits at its end until the metrics are at rest, which a mutant may well prevent.
    const impatient = { ...target, timers: { ...target.timers, stepMs } };
    const { metrics: _, ...unmeasured } = impatient;
    const bare = await opened(createHarness({ ...settings, target: unmeasured }));
    const late: Lateness[] = [];
    const lag = watchLag(bare.clock, (at, ms) => void late.push({ at, ms }));
    closers.unshift({ close: async () => lag.stop() });
    const harness: Harness = {
      ...bare,
      settings: { ...settings, target: impatient },
      target: impatient,
      probes: behindRelay(bare.probes, bare.clock.now, () => late),
    };
    return {
      interceptor,
      run: async ({ meta, run }, rewrites, limitMs = Number.POSITIVE_INFINITY) => {
        sip.forget();
        relay.clear();
        late.length = 0;
        interceptor.begin(rewrites);
        const timeoutMs = Math.min(meta.timeoutMs ?? defaultTimeoutMs, limitMs);
        const outcome = await runScenario({ ...meta, timeoutMs }, harness, run);
        return { outcome, ...interceptor.end() };
      },
      beside: ({ meta, run }) => runScenario(meta, harness, run),
      atRest: async (withinMs) => {
        const end = performance.now() + withinMs;
        for (;;) {
          const values = await readMetrics(`${origin(places.httpPort)}/metrics`);
          if (values && gauges.every((name) => values.get(`mediaservice_${name}`) === 0)) return true;
          if (performance.now() >= end) return false;
          await new Promise((resolve) => setTimeout(resolve, lookMs));
        }
      },
      stop: () => harness.sipp.close(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
