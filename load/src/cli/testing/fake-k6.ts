/**
 * Stands in for k6 and for the target's callbacks: it writes values as k6 does, and tells the application of sessions. What it
 * does is in FAKE_K6, a `FakeK6` as JSON.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ScriptSetting } from '../../../scenarios/lib/setting.ts';

export interface FakeK6 {
  readonly calls: number;
  readonly failed?: number;
  /** Calls at once, or calls a second, above which a call fails. */
  readonly carries?: number;
  /** Sessions of which no sessionCompleted is sent. */
  readonly unended?: number;
  /** Callbacks that are never sent. */
  readonly silent?: readonly string[];
  /** Lateness that it tells of, ms. */
  readonly lateMs?: number;
  /** How it ends: by itself, by SIGKILL, with an error, before it begins as options of the user are wrong, or only when it is asked to. */
  readonly end: 'well' | 'killed' | 'error' | 'refuses' | 'asked';
}

const fake = JSON.parse(process.env.FAKE_K6 ?? '') as FakeK6;
const setting = JSON.parse(process.env.LOAD_SETTING ?? '') as ScriptSetting;
const { values } = parseArgs({ strict: false, options: { 'summary-export': { type: 'string' } } });

const point = (metric: string, value: number, tags: Record<string, string> = {}): void =>
  void process.stdout.write(
    `${JSON.stringify({ metric, type: 'Point', data: { time: new Date().toISOString(), value, tags } })}\n`,
  );

async function tell(name: string, body: unknown): Promise<void> {
  if (fake.silent?.includes(name) === true) return;
  const answer = await fetch(`${setting.application.callbacksUrl}/${name}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
}

// k6's open() looks from the script, not from where k6 was started.
const script = process.argv.at(-1) ?? '';
const unheard = [setting.audio.prompt, setting.audio.caller, setting.audio.callee]
  .map((path) => resolve(dirname(script), 'lib', path))
  .find((path) => !existsSync(path));
if (unheard !== undefined) {
  process.stderr.write(`time="2026-11-23T04:00:00Z" level=error msg="stat ${unheard}: no such file or directory"\n`);
  process.exit(107);
}

const { calls = 0, rate = 0 } = setting.steering;
const failed = Math.max(calls, rate) > (fake.carries ?? Number.POSITIVE_INFINITY) ? 1 : (fake.failed ?? 0);
for (let call = 0; call < fake.calls; call++) {
  const sessionId = `session-${call}`;
  point('load_calls_attempted', 1, { flow: 'ivr' });
  await tell('newCall', { sessionId, xHeaders: { 'x-load': 'ivr', 'x-load-sent': String(Date.now() - 2) } });
  await tell('callAnswered', { sessionId });
  await tell('getIvrCommand', { sessionId });
  await tell('getIvrCommand', { sessionId, dtmfParams: { dtmfMatch: '5' } });
  point('sip_call_setup_time', 12);
  for (const [name, value] of [
    ['sent', 100],
    ['received', 100],
    ['lost', 0],
  ] as const)
    point(`rtp_packets_${name}`, value);
  point('rtp_audio_heard', 1);
  point('load_score', 0.97);
  point('load_lateness', fake.lateMs ?? 1);
  if (call >= (fake.unended ?? 0)) await tell('sessionCompleted', { sessionId });
  if (call < failed) point('load_calls_failed', 1, { flow: 'ivr', reason: 'ivr: nothing heard' });
  else point('load_calls_completed', 1, { flow: 'ivr' });
}
const summary = values['summary-export'];
switch (fake.end) {
  case 'well':
    if (typeof summary === 'string') (await import('node:fs')).writeFileSync(summary, '{}');
    process.stdout.write('  iterations: all\n');
    break;
  case 'killed':
    process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'));
    break;
  case 'error':
    process.stderr.write('time="2026-11-23T04:00:00Z" level=error msg="the script has a fault"\n');
    process.exitCode = 107;
    break;
  case 'refuses':
    process.stderr.write('time="2026-11-23T04:00:00Z" level=error msg="unknown flag: --bogus"\n');
    process.exitCode = 255;
    break;
  case 'asked':
    process.on('SIGINT', () => process.exit(105));
    setInterval(() => undefined, 1000);
    process.stderr.write('waiting\n');
    break;
  default:
    fake.end satisfies never;
}
