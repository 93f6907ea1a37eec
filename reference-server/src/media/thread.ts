/** The program of a media thread: its endpoints, one timer that paces them all, and the lines to other threads. */
import { parentPort, workerData } from 'node:worker_threads';
import { Beat } from './beat.ts';
import { Pacer } from './core/pacer.ts';
import type { PhraseFailure, PlayerEvent } from './core/player.ts';
import { Recorder } from './core/recorder.ts';
import { EchoSource, PromptSource, RecordSource, type Source } from './core/sources.ts';
import { Endpoint } from './endpoint.ts';
import { TURN } from './lanes.ts';
import { Lines } from './lines.ts';
import {
  Counter,
  type EndpointId,
  type FromRecorder,
  type FromThread,
  type RecorderId,
  type ThreadData,
  type ToThread,
} from './messages.ts';
import { RecordingTap } from './recording-tap.ts';
import { makeLanes } from './relay.ts';
import { openTransport } from './transport.ts';

/** Milliseconds between two looks at whether the beat goes on. */
const IN_BEAT = 100;
/** Steps between two calls of `rest` to an endpoint; in each step it is the turn of a few. */
const REST = 50;
const PACE = { interval: 10, maxSteps: 2, maxBehind: 500 };

if (parentPort === null) throw new Error('media/thread.ts is the program of a worker thread');
const main = parentPort;
const data: ThreadData = workerData;
const endpoints = new Map<EndpointId, Endpoint>();
/** Endpoints that want every step, and those that want one now and then. */
const awake = new Set<Endpoint>();
const resting = Array.from({ length: REST }, () => new Set<Endpoint>());
const taps = new Map<RecorderId, RecordingTap>();
const lanes = makeLanes(data.relay, () => performance.now());
const beat =
  lanes &&
  new Beat({
    lanes,
    now: () => performance.now(),
    busy: () => lanes.ready < endpoints.size,
    pace,
    next: () => pacer?.next ?? Number.POSITIVE_INFINITY,
    ended: wake,
  });
const lines = new Lines(data.thread, (to) => endpoints.get(to as EndpointId) ?? taps.get(to as RecorderId));
let pacer: Pacer | undefined;
let timer: NodeJS.Timeout | undefined;
let step = 0;
let skippedBefore = 0;

function tell(message: FromThread | FromRecorder, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}

// ---------------------------------------------------------------- pacing

/** What is due by the schedule. */
function pace(): void {
  if (pacer === undefined) return;
  const now = performance.now();
  for (let due = pacer.due(now); due > 0; due--) {
    step++;
    for (const endpoint of awake) endpoint.tick(step, now);
    for (const endpoint of [...(resting[step % REST] ?? [])]) endpoint.rest(now);
    if (step % 10 === 0) for (const tap of taps.values()) tap.take(now);
  }
  data.counters[Counter.ticksSkipped] = skippedBefore + pacer.skipped;
}

function wake(): void {
  if (pacer === undefined) return;
  clearTimeout(timer);
  pace();
  beat?.start();
  // While there is a beat it does this far more often: the timer only waits for its end.
  timer = setTimeout(wake, beat?.on === true ? IN_BEAT : pacer.delay(performance.now()));
}

function startPacing(): void {
  if (pacer !== undefined) return;
  // Steps come a little before the beats that fall together with them, so that none is now in this beat and now in the next.
  const now = performance.now();
  pacer = new Pacer(now - (now % PACE.interval) - TURN, PACE);
  timer = setTimeout(wake, PACE.interval);
}

function stopPacing(): void {
  if (endpoints.size > 0 || taps.size > 0) return;
  skippedBefore += pacer?.skipped ?? 0;
  pacer = undefined;
  clearTimeout(timer);
}

// ---------------------------------------------------------------- endpoints

async function bind(id: EndpointId, port: number, rtpTimeoutMs: number): Promise<void> {
  const endpoint = new Endpoint(
    id,
    {
      counters: data.counters,
      now: () => performance.now(),
      player: (event) => played(id, event),
      dtmf: (digit, source) => tell({ type: 'dtmf', endpoint: id, digit, source }),
      rtpTimeout: () => tell({ type: 'rtpTimeout', endpoint: id }),
      here: { address: data.address, port },
      resting: (each, on) => {
        const bed = resting[id % REST];
        if (bed === undefined || (!awake.has(each) && !bed.has(each))) return;
        (on ? awake : bed).delete(each);
        (on ? bed : awake).add(each);
      },
      ...(lanes === undefined ? {} : { lanes }),
    },
    rtpTimeoutMs,
    performance.now(),
  );
  try {
    const transport = await openTransport(
      data.address,
      port,
      (packet, from) => endpoint.receiveRtp(packet, from.address, from.port, performance.now()),
      (packet, from) => endpoint.receiveRtcp(packet, from.address, from.port, performance.now()),
      lanes !== undefined,
    );
    endpoint.attach(transport);
  } catch (error) {
    const { code = 'UNKNOWN', message = String(error) } = error as NodeJS.ErrnoException;
    tell({ type: 'bindFailed', endpoint: id, code, detail: message });
    return;
  }
  endpoints.set(id, endpoint);
  awake.add(endpoint);
  startPacing();
  tell({ type: 'bound', endpoint: id });
}

async function unbind(id: EndpointId): Promise<void> {
  const endpoint = endpoints.get(id);
  endpoints.delete(id);
  if (endpoint !== undefined) for (const each of [awake, ...resting]) each.delete(endpoint);
  stopPacing();
  await endpoint?.close(performance.now());
  tell({ type: 'unbound', endpoint: id });
}

function played(endpoint: EndpointId, event: PlayerEvent): void {
  const { job } = event;
  if (event.type === 'played') tell({ type: 'played', endpoint, job, stopped: event.stopped });
  else tell({ type: 'playFailed', endpoint, job, phrase: event.phrase, failure: event.failure });
}

function sourceOf(endpoint: Endpoint, message: ToThread & { type: 'phrase' }): Source | PhraseFailure {
  const { phrase } = message;
  switch (phrase.kind) {
    case 'audio':
      return new PromptSource(phrase.audio.octets, phrase.audio.codec);
    case 'echo':
      return new EchoSource(endpoint.ear.voice, phrase.samples, (on) => {
        endpoint.cut();
        endpoint.ear.echoing = on;
      });
    case 'record': {
      const { endpoint: id, job, index } = message;
      const recorder = new Recorder(phrase, (samples, begun) =>
        tell({ type: 'recorded', endpoint: id, job, phrase: index, samples, begun }, [samples.buffer]),
      );
      return new RecordSource(recorder, (on) => {
        endpoint.cut();
        endpoint.ear.recorder = on ? recorder : undefined;
      });
    }
    case 'failed':
      return phrase.failure;
    default:
      return phrase satisfies never;
  }
}

// ---------------------------------------------------------------- recordings of two parties

function record({ recorder, left, right }: ToThread & { type: 'record' }): void {
  const send = (samples: Int16Array<ArrayBuffer>): void => tell({ type: 'taken', recorder, samples }, [samples.buffer]);
  taps.set(recorder, new RecordingTap(left, right, performance.now(), send));
  startPacing();
}

function stopRecord(recorder: RecorderId): void {
  const tap = taps.get(recorder);
  if (tap === undefined) return;
  taps.delete(recorder);
  stopPacing();
  tap.end(performance.now());
  tell({ type: 'recordOver', recorder, silent: tap.silent, span: tap.span });
}

// ---------------------------------------------------------------- messages

function handle(message: ToThread): void {
  switch (message.type) {
    case 'bind':
      void bind(message.endpoint, message.port, message.rtpTimeoutMs);
      break;
    case 'unbind':
      void unbind(message.endpoint);
      break;
    case 'line':
      lines.add(message.thread, message.line);
      break;
    case 'record':
      record(message);
      break;
    case 'stopRecord':
      stopRecord(message.recorder);
      break;
    case 'quit':
      void quit();
      break;
    default: {
      const endpoint = endpoints.get(message.endpoint);
      if (endpoint !== undefined) command(endpoint, message);
    }
  }
}

type ToEndpoint = Exclude<ToThread, { type: 'bind' | 'unbind' | 'line' | 'record' | 'stopRecord' | 'quit' }>;

function command(endpoint: Endpoint, message: ToEndpoint): void {
  endpoint.cut();
  switch (message.type) {
    case 'remote':
      endpoint.setRemote(message.remote, performance.now());
      break;
    case 'play':
      endpoint.player.add(message.job, message.count, message.repeat);
      break;
    case 'phrase':
      endpoint.player.supply(message.job, message.index, sourceOf(endpoint, message));
      break;
    case 'stop':
      endpoint.player.stop(message.job, message.what);
      break;
    case 'background': {
      const { background } = message;
      endpoint.player.background(
        background && {
          source: new PromptSource(background.audio.octets, background.audio.codec),
          pause: background.pause,
        },
      );
      break;
    }
    case 'listeners':
      endpoint.ear.listeners = message.listeners.map((listener) => lines.listener(listener));
      break;
    case 'hear':
      endpoint.hear(message.legs, message.keys);
      break;
    case 'press':
      endpoint.press(message.digit);
      break;
    case 'watch':
      endpoint.watch(message.rtpTimeoutMs, performance.now());
      break;
    default:
      message satisfies never;
  }
}

async function quit(): Promise<void> {
  await Promise.all([...endpoints.keys()].map(unbind));
  beat?.stop();
  await lanes?.close();
  lines.close();
  main.close();
}

main.on('message', handle);
