/** How a call went, told to k6. */
import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import type { Audio, Call } from 'k6/x/sip';
import { cameThrough, restAfterFailure } from './judged.ts';
import type { Flow } from './setting.ts';
import { scored, setting } from './world.ts';

const attempted = new Counter('load_calls_attempted');
const completed = new Counter('load_calls_completed');
const failed = new Counter('load_calls_failed');
const score = new Trend('load_score');
const late = new Trend('load_lateness');
const placed = new Trend('load_placed');

/** A step that did not go as meant. */
class Broken extends Error {}

/** Counts a call: `body` plays it, and throws when a step fails. */
export function play(flow: Flow, body: () => void): void {
  const began = Date.now();
  attempted.add(1, { flow });
  try {
    body();
    completed.add(1, { flow });
  } catch (error) {
    if (error instanceof Broken) failed.add(1, { flow, reason: `${flow}: ${error.message}` });
    else {
      failed.add(1, { flow, reason: `${flow}: the script broke` });
      console.error(String(error));
    }
    const rest = restAfterFailure(setting.steering, Date.now() - began);
    if (rest > 0) sleep(rest / 1000);
  }
}

/** The value, if it is there. `reason` names the step in two or three words. */
export function must<T>(value: T, reason: string | (() => string)): Exclude<T, false | null> {
  if (value === false || value === null) throw new Broken(typeof reason === 'string' ? reason : reason());
  return value as Exclude<T, false | null>;
}

/** Runs `body`, and hangs up what is still there then. */
export function withCall(call: Call, body: (call: Call) => void): void {
  try {
    body(call);
  } finally {
    if (call.state() !== 'ended') call.hangup();
  }
}

const ANSWERED = 200;

/** Waits for the answer. A call that was answered and hung up before one could look was connected, too. */
export const connected = (call: Call): true =>
  must(
    call.expectConnected('15s') || call.status() === ANSWERED,
    () => `no answer (${call.status() || 'nothing final'})`,
  );

/** Waits until audio is heard. */
export const heard = (call: Call): true => must(call.isHeard('8s'), 'nothing heard');

export function sleepUntil(time: number): void {
  const rest = time - Date.now();
  if (rest > 0) sleep(rest / 1000);
}

type Heard = readonly [call: Call, reference: Audio];
const like = ([call, reference]: Heard, lastMs?: number): number =>
  must(call.compareAudio(reference, lastMs), 'too little to compare').score;

/** Compares what was heard with what should have been, once all of it could be. */
export function compare(legs: readonly Heard[]): void {
  if (!scored) return;
  // A source that loops is there in whole after its length; what travels and waits is a little later.
  sleepUntil(Date.now() + setting.audio.milliseconds + 400);
  for (const leg of legs) score.add(like(leg));
}

/** A leg, what the other side says all the time, and the leg that says it. */
export type Listening = readonly [hearer: Call, reference: Audio, speaker: Call];

/** The others talk until `end`; what is heard is compared at the begin and at the end, and has to come through in between. */
export function listen(legs: readonly Listening[], end: number): void {
  const look = ([hearer, , speaker]: Listening) =>
    [must(speaker.mediaStats(), 'no RTP'), must(hearer.mediaStats(), 'no RTP')] as const;
  const before = legs.map(look);
  const heard = legs.map(([hearer, reference]) => [hearer, reference] as const);
  compare(heard);
  // What was just compared need not be compared again.
  const goesOn = end > Date.now();
  sleepUntil(end);
  const after = legs.map(look);
  if (scored && goesOn) for (const leg of heard) score.add(like(leg, setting.audio.milliseconds));
  for (const [i, was] of before.entries())
    must(cameThrough(was, after[i] ?? was), 'RTP did not come through to the end');
}

/** From the request for a call to its INVITE, ms. */
export const tellPlaced = (ms: number): void => placed.add(ms);

const restMs = 100;
/** How late the generator is: a user that does nothing but sleep. */
export function lateness(): void {
  const began = Date.now();
  sleep(restMs / 1000);
  late.add(Math.max(0, Date.now() - began - restMs));
}
