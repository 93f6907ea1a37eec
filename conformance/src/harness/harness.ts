import { lookup } from 'node:dns/promises';
import { isCallbackName, loadOpenApi, webhooksAsPaths } from '@mediaservice/spec';
import { realOutside } from '../drivers/outside/outside.ts';
import { createJudge } from '../drivers/prism-proxy/judge.ts';
import { startTap } from '../drivers/prism-proxy/tap.ts';
import type { Exchange } from '../drivers/prism-proxy/types.ts';
import { restClient } from '../drivers/rest/client.ts';
import { startProbes } from '../drivers/rtp-probe/host.ts';
import { createSippRunner } from '../drivers/sipp/runner.ts';
import { startSink } from '../drivers/webhook-sink/sink.ts';
import { type Tell, teller } from '../evidence/told.ts';
import type { NumberRange, Target } from '../target/types.ts';
import { runClock } from './clock.ts';
import { type Lag, watchLag } from './lag.ts';
import { leftovers } from './metrics.ts';
import { sharesMachine, watchCrowd } from './starvation/crowd.ts';
import { type Holder, Holds } from './starvation/holds.ts';
import type { Harness, HarnessSettings, RunFinding } from './types.ts';

let shared: Promise<Harness> | undefined;

/** The one harness of this worker, started by the first scenario that needs it. */
export function getHarness(settings: HarnessSettings): Promise<Harness> {
  shared ??= createHarness(settings);
  return shared;
}

/** What a run showed beside what its scenarios tell. */
export interface Aftermath {
  readonly findings: readonly RunFinding[];
  /** Absent: no scenario needed the harness. */
  readonly lag?: Lag;
}

/** Ends the harness of this worker, if there is one, and tells what belongs to no scenario. */
export async function closeHarness(): Promise<Aftermath> {
  const harness = await shared?.catch(() => undefined);
  shared = undefined;
  if (harness === undefined) return { findings: [] };
  // While the target comes to rest nothing is measured any more.
  const lag = harness.lag();
  await harness.close();
  return { findings: harness.findings, lag };
}

/** Starts every driver. Whatever was started is ended again when one of them fails. */
export async function createHarness(settings: HarnessSettings): Promise<Harness> {
  const { target } = settings;
  const clock = runClock(settings.epoch);
  const findings: RunFinding[] = [];
  const tell = teller(target);
  const closers: (() => Promise<void>)[] = [];
  const opened = async <T extends { close(): Promise<void> }>(started: Promise<T>): Promise<T> => {
    const one = await started;
    closers.unshift(() => one.close());
    return one;
  };
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  try {
    const holds = new Holds();
    const held = (by: Holder) => (at: number, ms: number) => holds.note({ by, at, ms });
    const lag = watchLag(clock, held('worker'));
    closers.push(async () => lag.stop());
    const crowd = sharesMachine(target) ? watchCrowd(clock) : undefined;
    closers.push(async () => crowd?.stop());
    const callbacks = new URL(target.callbacks.baseUrl);
    const alarmPath = new URL(target.callbacks.alarmUrl).pathname;
    const bases = [callbacks, ...(target.mediaservice ? [new URL(target.mediaservice.baseUrl)] : [])];
    const sink = await opened(
      startSink({
        clock,
        alarmPath,
        host: '127.0.0.1',
        stepMs: target.timers.stepMs,
        onUnclaimed: (callback) => {
          // Before it is cut: half a secret is not known as one.
          const body = tell(callback.raw);
          const who = body.length > 300 ? `${body.slice(0, 300)}…` : body;
          findings.push({
            kind: 'unclaimed-callback',
            at: callback.at,
            text: `${callback.name} belongs to no scenario: ${who}`,
          });
        },
      }),
    );
    const webhookTap = await opened(
      startTap({
        clock,
        host: (await lookup(callbacks.hostname, { family: 4 })).address,
        port: Number(callbacks.port) || 80,
        upstream: sink.url,
        judge: await createJudge(webhooksAsPaths(loadOpenApi())),
        pathOf: (url) => (url === alarmPath ? '/alarm' : belowAny(bases, url)),
        culprits: ['target', 'application'],
        marks: true,
        onExchange: (exchange) => {
          if (sink.report(exchange) === 'unclaimed') findings.push(...brokenBeside(exchange, tell));
        },
      }),
    );
    const api = new URL(target.rest.baseUrl);
    const restTap = await opened(
      startTap({
        clock,
        host: '127.0.0.1',
        upstream: api.origin,
        judge: await createJudge(loadOpenApi()),
        pathOf: (url) => below(api.pathname, url),
        culprits: ['harness', 'target'],
        marks: false,
      }),
    );
    const probes = await opened(Promise.resolve(startProbes(clock, held('RTP probe'))));
    const sipp = await opened(
      createSippRunner({
        runner: settings.runner,
        environment: settings.environment,
        ...(settings.evidenceDir !== undefined && { directory: settings.evidenceDir }),
      }),
    );
    return {
      settings,
      target,
      clock,
      sink,
      webhookTap,
      restTap,
      rest: (told) => restClient({ target, tap: restTap, onExchange: told }),
      outside: realOutside(settings.evidenceDir),
      probes,
      sipp,
      findings,
      takeNumber: numberTaker(target),
      starvation: { holds, crowd: (from, to) => crowd?.average(from, to) },
      lag: () => lag.summary(),
      close: async () => {
        const left = target.metrics ? await leftovers(target.metrics) : [];
        findings.push(...left.map((text): RunFinding => ({ kind: 'leftover', at: clock.now(), text: tell(text) })));
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Where a callback that belongs to no scenario breaks the specification by the target's fault; what is no callback is nobody's. */
const brokenBeside = ({ operation, endedAt, violations, requestBody }: Exchange, tell: Tell): RunFinding[] =>
  !isCallbackName(operation)
    ? []
    : violations
        .filter(({ culprit, intended }) => culprit === 'target' && !intended)
        .map(({ where, pointer, message }) => ({
          kind: 'broken-callback',
          at: endedAt,
          text: tell(
            `${operation}, which belongs to no scenario: the ${where} breaks the specification at ${pointer || '/'}: ${message}`,
            requestBody,
          ),
        }));

/** As `below`, with the longest of the bases that the path is below. */
function belowAny(bases: readonly URL[], url: string): string {
  return bases.map(({ pathname }) => below(pathname, url)).reduce((a, b) => (b.length < a.length ? b : a), url);
}

/** Path of the document for a path on the wire: what follows the base. */
function below(base: string, url: string): string {
  const prefix = base.replace(/\/$/, '');
  return prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url;
}

/** Each number of a range once; a run that needs more than there are says so. */
export function numberTaker(target: Pick<Target, 'name' | 'numbers' | 'tenants'>): (tenant?: string) => string {
  const next = new Map<string, number>();
  return (tenant = '') => {
    const range: NumberRange = target.tenants[tenant]?.numbers ?? target.numbers;
    const key = `${range.prefix}/${range.first}`;
    const number = next.get(key) ?? range.first;
    if (number > range.last) {
      throw new Error(
        `The target file of ${target.name} has too few numbers: ${range.last - range.first + 1} are used up`,
      );
    }
    next.set(key, number + 1);
    return `${range.prefix}${String(number).padStart(String(range.last).length, '0')}`;
  };
}
