/** One run: the application, k6, the looks at all of them, and the report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, type as system } from 'node:os';
import { join } from 'node:path';
import { speechFile, voices } from '../audio/speech.ts';
import { CallbackFigures } from '../figures/callbacks.ts';
import { CallFigures } from '../figures/calls.ts';
import { growthOf } from '../figures/growth.ts';
import type { Figures, Sample } from '../figures/model.ts';
import { judge } from '../figures/objectives.ts';
import { FORMAT_VERSION, type LoadReport } from '../report/model.ts';
import { NAME, version } from '../version.ts';
import { startApplication } from './application.ts';
import { endingOf } from './ending.ts';
import { type K6End, startK6 } from './k6.ts';
import { planOf } from './plan.ts';
import { leftoversOf, readPage, Sampler } from './sampler.ts';
import { type Sounds, scriptSetting } from './script.ts';
import type { Run, RunParts } from './types.ts';

const lookMs = 1000;
/** The last callbacks of calls that have just ended are waited for so long. */
const graceMs = 5000;
/** So long gauges may take to come back where the run is not about that. */
const restMs = 5000;
const soundMs = 3000;
/** Beside the talk time: prompt, scoring and the wait for the digit must end before the application gives up. */
const digitSlackSeconds = 30;
const SUMMARY = 'k6-summary.json';

export const run: Run = async (wish, parts) => {
  const { target, directory, signal, k6 } = parts;
  const plan = planOf(wish, target);
  const sounds = await writeSounds(join(directory, 'sounds'));
  const calls = new CallFigures();
  const callbacks = new CallbackFigures();
  const sampler = new Sampler(target.metrics);
  const started = new Date();
  const clock = (): number => (performance.now() - began) / 1000;
  const began = performance.now();
  const application =
    parts.application ??
    (await startApplication(
      {
        callbacksUrl: target.callbacksUrl,
        host: target.suiteHost,
        restUrl: target.restUrl,
        token: target.token,
        promptFile: sounds.prompt,
        digitSeconds: plan.setting.talkSeconds + digitSlackSeconds,
      },
      parts.env,
      (window) => callbacks.take(window),
    ));
  const first = target.metrics === undefined ? undefined : await readPage(target.metrics.url);
  await sampler.look(clock(), undefined);
  const faults: string[] = [];
  const series: Sample[] = [];
  const from = performance.now();
  const since = (): number => (performance.now() - from) / 1000;
  const child = startK6(
    {
      path: k6.path,
      scenario: wish.scenario,
      setting: scriptSetting({
        ...{ target, application: application.ready, audio: sounds },
        ...{ setting: plan.setting, mix: plan.mix, scored: plan.row.scored },
        ...(plan.row.burst !== undefined && { burst: plan.row.burst }),
      }),
      summary: join(directory, SUMMARY),
      ...(wish.segment !== undefined && { segment: wish.segment }),
      ...(wish.segmentSequence !== undefined && { segmentSequence: wish.segmentSequence }),
      more: wish.k6Arguments ?? [],
      onPoint: (point) => calls.take(point, since()),
    },
    parts.env,
  );
  let targetDied: string | undefined;
  void target.died.then((why) => {
    targetDied = why;
    child.stop();
  });
  void application.died.then((why) => {
    faults.push(why);
    child.stop();
  });
  if (signal.aborted) child.stop();
  signal.addEventListener('abort', child.stop);
  parts.kill?.addEventListener('abort', child.kill);
  const look = async (): Promise<void> => {
    const at = since();
    const seen = await sampler.look(at, child.pid);
    const sample: Sample = { at: Math.round(at), ...calls.second(), ...callbacks.second(lookMs / 1000), ...seen };
    series.push(sample);
    parts.onSample(sample);
  };
  const looks = every(lookMs, look);
  const end = await child.ended;
  const seconds = since();
  await looks.stop();
  signal.removeEventListener('abort', child.stop);
  parts.kill?.removeEventListener('abort', child.kill);
  faults.push(...faultsOf(end, signal.aborted || targetDied !== undefined, parts.kill?.aborted === true));
  if (targetDied === undefined) await lastCallbacks(callbacks, parts.kill);
  const leftovers =
    target.metrics === undefined || signal.aborted || targetDied !== undefined
      ? {}
      : await leftoversOf(target.metrics, plan.row.endurance ? target.metrics.withinMs : restMs);
  if (parts.application === undefined) await application.stop();
  await look();
  await writeFile(join(directory, 'k6-summary.txt'), `${[...child.text, ...end.errors].join('\n')}\n`);

  const { latenessMs, ...ofCalls } = calls.whole(signal.aborted);
  const { generator, target: watched } = sampler;
  const steady = plan.setting.rampSeconds + plan.setting.durationSeconds;
  const growth = growthOf(series, steady);
  const of = callbacks.whole();
  const roundTripMs = roundTrips(first, sampler.page);
  const figures: Figures = {
    ...ofCalls,
    application: of.application,
    callbacks: { ...of.callbacks, ...(roundTripMs && { roundTripMs }) },
    generator: {
      cpuSeconds: generator.allSeconds,
      busyCores: generator.busyCores,
      cores: cpus().length,
      ...(latenessMs && { latenessMs }),
      mostBytes: generator.mostBytes,
    },
    ...(watched.bytesAfter > 0 && {
      target: {
        cpuSeconds: Number(watched.cpuSeconds.toFixed(3)),
        ...(ofCalls.calls.completed > 0 && {
          cpuMsPerCall: Number(((watched.cpuSeconds * 1000) / ofCalls.calls.completed).toPrecision(4)),
        }),
        busyCores: watched.busyCores,
        bytesBefore: watched.bytesBefore,
        mostBytes: watched.mostBytes,
        bytesAfter: watched.bytesAfter,
        ...(ofCalls.calls.mostAtOnce > 0 && {
          bytesPerCall: Math.round(Math.max(0, watched.mostBytes - watched.bytesBefore) / ofCalls.calls.mostAtOnce),
        }),
        leftovers,
        ...(growth && { growthPerMinute: growth }),
      },
    }),
  };
  const objectives = judge(plan.limits, figures);
  const report: LoadReport = {
    formatVersion: FORMAT_VERSION,
    tool: { name: NAME, version: version() },
    started: started.toISOString(),
    seconds: Number(seconds.toFixed(3)),
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      kernel: `${system()} ${release()}`,
    },
    target: {
      name: target.name,
      ...(target.description !== undefined && { description: target.description }),
      embedded: target.embedded,
    },
    k6: { version: k6.version, extension: k6.extension },
    scenario: wish.scenario,
    setting: plan.setting,
    figures,
    objectives,
    series,
    ending: endingOf({
      ...{ figures, objectives, faults, stopped: signal.aborted },
      ...(targetDied !== undefined && { targetDied }),
    }),
    ...(end.code === 0 && { k6Summary: SUMMARY }),
  };
  return report;
};

/** Calls `look` so often until it is stopped, never two at a time. */
function every(ms: number, look: () => Promise<void>): { stop(): Promise<void> } {
  let under: Promise<void> | undefined;
  const timer = setInterval(() => {
    under ??= look().finally(() => {
      under = undefined;
    });
  }, ms);
  return {
    stop: async () => {
      clearInterval(timer);
      await under;
    },
  };
}

/** k6 ends with 0, or with 105 when it was asked to stop. What it says on standard error tells why it did not. */
function faultsOf({ code, signal, errors }: K6End, asked: boolean, killed: boolean): string[] {
  const aborted = 105;
  if (code === 0 || (asked && code === aborted) || killed) return [];
  const said = errors.findLast((line) => /level=error|error/i.test(line)) ?? errors.at(-1);
  const why = said === undefined ? '' : `: ${said.replace(/^time="[^"]*" level=\w+ msg=/, '').slice(0, 300)}`;
  if (signal !== null) return [`k6 was killed (${signal}); what it had told by then is in the report`];
  return [code === null ? `k6 could not be started${why}` : `k6 ended with code ${code}${why}`];
}

/** Waits until every session has ended, or until no more can be hoped for. */
async function lastCallbacks(callbacks: CallbackFigures, kill: AbortSignal | undefined): Promise<void> {
  const end = performance.now() + graceMs;
  // The first window after k6's end still may tell of sessions from before it.
  const least = performance.now() + lookMs + 200;
  while (performance.now() < end && kill?.aborted !== true) {
    if (callbacks.open === 0 && performance.now() > least) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function writeSounds(directory: string): Promise<Sounds> {
  await mkdir(directory, { recursive: true });
  const paths = { prompt: '', caller: '', callee: '' };
  for (const name of ['prompt', 'caller', 'callee'] as const) {
    paths[name] = join(directory, `${name}.wav`);
    await writeFile(paths[name], speechFile(voices[name], soundMs));
  }
  return { ...paths, milliseconds: soundMs };
}

type Page = RunParts['target']['metrics'] extends infer _ ? ReadonlyMap<string, number> | undefined : never;
/** Of the reference server, docs/metrics.md; others have none of that name, and no figure. */
const CALLBACKS = 'mediaservice_callback_seconds';

function roundTrips(before: Page, after: Page): Readonly<Record<string, number>> | undefined {
  const count = (after?.get(`${CALLBACKS}_count`) ?? 0) - (before?.get(`${CALLBACKS}_count`) ?? 0);
  const sum = (after?.get(`${CALLBACKS}_sum`) ?? 0) - (before?.get(`${CALLBACKS}_sum`) ?? 0);
  return count > 0 ? { all: Number(((sum * 1000) / count).toPrecision(4)) } : undefined;
}
