/** One run: the application, k6, the looks at all of them, and the report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SettingsError } from '@mediaservice/conformance/kit';
import { speechFile, voices } from '../audio/speech.ts';
import { CallbackFigures } from '../figures/callbacks.ts';
import { CallFigures } from '../figures/calls.ts';
import type { Sample } from '../figures/model.ts';
import { clearReport, unwritten } from '../report/write.ts';
import { startApplication } from './application.ts';
import { reportOf, type Seen } from './assemble.ts';
import { faultsOf, type K6End, type RunningK6, refusalOf, startK6 } from './k6.ts';
import { type Plan, planOf } from './plan.ts';
import { leftoversOf, readPage, Sampler } from './sampler.ts';
import { type Sounds, scriptSetting } from './script.ts';
import type { Run, RunParts, RunWish } from './types.ts';

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
  const { target, directory, signal } = parts;
  const plan = planOf(wish, target);
  const sounds = await writeSounds(join(directory, 'sounds'));
  const callbacks = new CallbackFigures({ elsewhere: parts.application !== undefined });
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
  const calls = new CallFigures();
  const sampler = new Sampler(target.metrics, target.beside);
  const series: Sample[] = [];
  const faults: string[] = [];
  let targetDied: string | undefined;
  try {
    const pageBefore = target.metrics === undefined ? '' : await readPage(target.metrics.url);
    const started = new Date();
    const from = performance.now();
    const since = (): number => (performance.now() - from) / 1000;
    await sampler.look(since(), undefined, []);
    const setting = scriptSetting({
      ...{ target, application: application.ready, audio: sounds },
      ...{ setting: plan.setting, mix: plan.mix, scored: plan.row.scored },
      ...(plan.row.burst !== undefined && { burst: plan.row.burst }),
    });
    await clearReport(directory);
    const child = startK6(
      {
        ...k6WishOf(wish, parts),
        setting,
        onPoint: (point) => calls.take(point, since()),
      },
      parts.env,
    );
    void target.died.then((why) => {
      targetDied = why;
      child.stop();
    });
    void application.died.then((why) => {
      faults.push(why);
      child.stop();
    });
    const look = async (): Promise<void> => {
      const at = since();
      const seen = await sampler.look(at, child.pid, [application.pid, process.pid]);
      const sample: Sample = { at: Math.round(at), ...calls.second(), ...callbacks.second(lookMs / 1000), ...seen };
      series.push(sample);
      parts.onSample(sample);
    };
    const looks = every(lookMs, look);
    const end = await endOf(child, parts).finally(() => looks.stop());
    const seconds = since();
    const killed = parts.kill?.aborted === true;
    const refusal = calls.begun ? undefined : refusalOf(end);
    if (refusal !== undefined && hasOptions(wish)) throw new SettingsError('bad-option', `${refusal}.`);
    faults.push(...faultsOf(end, signal.aborted || targetDied !== undefined, killed));
    if (targetDied === undefined && !killed) await lastCallbacks(callbacks, parts.kill);
    const ended = signal.aborted || targetDied !== undefined;
    const { leftovers, atRest } = ended ? { leftovers: {}, atRest: new Set<string>() } : await restAfter(plan, parts);
    if (parts.application === undefined) await application.stop();
    await look();
    // Where there is no room for it, what was measured still goes on: writeReport says so.
    await writeFile(join(directory, 'k6-summary.txt'), `${[...child.text, ...end.errors].join('\n')}\n`).catch(
      () => undefined,
    );
    return reportOf(wish, plan, parts, {
      ...{ calls, callbacks, sampler, series, started, seconds, targetDied, faults, leftovers, atRest, pageBefore },
      stopped: signal.aborted,
      k6Summary: end.code === 0 ? SUMMARY : undefined,
    });
  } finally {
    if (parts.application === undefined) await application.stop();
  }
};

const k6WishOf = (wish: RunWish, { k6, directory }: RunParts) => ({
  path: k6.path,
  scenario: wish.scenario,
  summary: join(directory, SUMMARY),
  ...(wish.segment !== undefined && { segment: wish.segment }),
  ...(wish.segmentSequence !== undefined && { segmentSequence: wish.segmentSequence }),
  more: wish.k6Arguments ?? [],
});

/** Whether options of the user went to k6 as they are. */
const hasOptions = ({ segment, segmentSequence, k6Arguments = [] }: RunWish): boolean =>
  segment !== undefined || segmentSequence !== undefined || k6Arguments.length > 0;

/** Waits for k6; what the user asks for meanwhile is handed on. */
async function endOf(child: RunningK6, { signal, kill }: RunParts): Promise<K6End> {
  if (signal.aborted) child.stop();
  signal.addEventListener('abort', child.stop);
  kill?.addEventListener('abort', child.kill);
  try {
    return await child.ended;
  } finally {
    signal.removeEventListener('abort', child.stop);
    kill?.removeEventListener('abort', child.kill);
  }
}

/** What is at rest in the end and what is not; where that is what a run is about, what settles later is waited for as well. */
async function restAfter(
  { row }: Plan,
  { target: { metrics } }: RunParts,
): Promise<Pick<Seen, 'leftovers' | 'atRest'>> {
  if (metrics === undefined) return { leftovers: {}, atRest: new Set() };
  const names = row.endurance ? [...metrics.atRest, ...metrics.settling] : metrics.atRest;
  const leftovers = await leftoversOf(metrics.url, names, row.endurance ? metrics.withinMs : restMs);
  return { leftovers, atRest: new Set(names.filter((name) => leftovers[name] === undefined)) };
}

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

/**
 * What is heard: the prompt, and what caller and callee say. The paths are absolute, since k6 looks from its script.
 * @throws {SettingsError} when the folder has no room for it.
 */
export async function writeSounds(directory: string): Promise<Sounds> {
  const paths = { prompt: '', caller: '', callee: '' };
  try {
    await mkdir(directory, { recursive: true });
    for (const name of ['prompt', 'caller', 'callee'] as const) {
      paths[name] = resolve(directory, `${name}.wav`);
      await writeFile(paths[name], speechFile(voices[name], soundMs));
    }
  } catch (cause) {
    throw new SettingsError('cannot-write', unwritten(directory, cause), { cause });
  }
  return { ...paths, milliseconds: soundMs };
}
