/** The program of a media thread: its endpoints, one timer that paces them all, and the lines to other threads. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Pacer } from './core/pacer.ts';
import type { PhraseFailure, PlayerEvent } from './core/player.ts';
import { Recorder } from './core/recorder.ts';
import type { RtpView, Ssrc } from './core/rtp.ts';
import { EchoSource, PromptSource, RecordSource, type Source } from './core/sources.ts';
import { Endpoint, type Peer } from './endpoint.ts';
import {
  Counter,
  type EndpointId,
  type FromThread,
  type LineMessage,
  type ThreadData,
  type ToThread,
} from './messages.ts';
import { openTransport } from './transport.ts';

const PACE = { interval: 10, maxSteps: 2, maxBehind: 500 };

if (parentPort === null) throw new Error('media/thread.ts is the program of a worker thread');
const main = parentPort;
const data: ThreadData = workerData;
const endpoints = new Map<EndpointId, Endpoint>();
const lines = new Map<number, MessagePort>();
let pacer: Pacer | undefined;
let timer: NodeJS.Timeout | undefined;
let step = 0;
let skippedBefore = 0;

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}

// ---------------------------------------------------------------- pacing

function wake(): void {
  if (pacer === undefined) return;
  const now = performance.now();
  for (let due = pacer.due(now); due > 0; due--) {
    step++;
    for (const endpoint of endpoints.values()) endpoint.tick(step, now);
  }
  data.counters[Counter.ticksSkipped] = skippedBefore + pacer.skipped;
  timer = setTimeout(wake, pacer.delay(performance.now()));
}

function startPacing(): void {
  if (pacer !== undefined) return;
  pacer = new Pacer(performance.now(), PACE);
  timer = setTimeout(wake, PACE.interval);
}

function stopPacing(): void {
  skippedBefore += pacer?.skipped ?? 0;
  pacer = undefined;
  clearTimeout(timer);
}

// ---------------------------------------------------------------- endpoints

async function bind(id: EndpointId, port: number, rtpTimeoutMs: number): Promise<void> {
  const endpoint = new Endpoint(
    {
      counters: data.counters,
      rtpTimeoutMs,
      player: (event) => played(id, event),
      dtmf: (digit, source) => tell({ type: 'dtmf', endpoint: id, digit, source }),
      rtpTimeout: () => tell({ type: 'rtpTimeout', endpoint: id }),
    },
    performance.now(),
    id % 2,
  );
  try {
    const transport = await openTransport(
      data.address,
      port,
      (packet, from) => endpoint.receiveRtp(packet, from.address, from.port, performance.now()),
      (packet, from) => endpoint.receiveRtcp(packet, from.address, from.port, performance.now()),
    );
    endpoint.attach(transport);
  } catch (error) {
    const { code = 'UNKNOWN', message = String(error) } = error as NodeJS.ErrnoException;
    tell({ type: 'bindFailed', endpoint: id, code, detail: message });
    return;
  }
  endpoints.set(id, endpoint);
  startPacing();
  tell({ type: 'bound', endpoint: id });
}

async function unbind(id: EndpointId): Promise<void> {
  const endpoint = endpoints.get(id);
  endpoints.delete(id);
  if (endpoints.size === 0) stopPacing();
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
      return new EchoSource(endpoint.voice, phrase.samples, (on) => {
        endpoint.echoing = on;
      });
    case 'record': {
      const { endpoint: id, job, index } = message;
      const recorder = new Recorder(phrase, (samples) =>
        tell({ type: 'recorded', endpoint: id, job, phrase: index, samples }, [samples.buffer]),
      );
      return new RecordSource(recorder, (on) => {
        endpoint.recorder = on ? recorder : undefined;
      });
    }
    case 'failed':
      return phrase.failure;
    default:
      return phrase satisfies never;
  }
}

// ---------------------------------------------------------------- lines to other threads

function farPeer(line: MessagePort, endpoint: EndpointId): Peer {
  const pass = (kind: LineMessage['kind'], view: RtpView, payload: Uint8Array, codec: LineMessage['codec']): void => {
    const { marker, sequence, timestamp, ssrc } = view;
    // Copied: the packet's memory belongs to the socket's pool, which is far larger than the packet.
    line.postMessage({ endpoint, kind, codec, marker, sequence, timestamp, ssrc, payload: payload.slice() });
  };
  return {
    audio: (view, payload, codec) => pass('audio', view, payload, codec),
    event: (view, payload) => pass('event', view, payload, 'PCMU'),
  };
}

function listen(line: MessagePort): void {
  line.on('message', (message: LineMessage) => {
    const endpoint = endpoints.get(message.endpoint);
    const view: RtpView = {
      ...message,
      ssrc: message.ssrc as Ssrc,
      payloadType: 0,
      csrcCount: 0,
      extensionProfile: -1,
      extensionStart: 0,
      extensionEnd: 0,
      payloadStart: 0,
      payloadEnd: message.payload.length,
    };
    if (message.kind === 'audio') endpoint?.audio(view, message.payload, message.codec);
    else endpoint?.event(view, message.payload);
  });
}

function peerOf(message: ToThread & { type: 'peer' }): Peer | undefined {
  if (message.peer === undefined) return undefined;
  const { thread, endpoint } = message.peer;
  const line = lines.get(thread);
  return line === undefined ? endpoints.get(endpoint) : farPeer(line, endpoint);
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
      lines.get(message.thread)?.close();
      lines.set(message.thread, message.line);
      listen(message.line);
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

function command(endpoint: Endpoint, message: Exclude<ToThread, { type: 'bind' | 'unbind' | 'line' | 'quit' }>): void {
  switch (message.type) {
    case 'remote':
      endpoint.setRemote(message.remote, performance.now());
      break;
    case 'play':
      endpoint.player.add(message.job, message.count);
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
    case 'peer':
      endpoint.setPeer(peerOf(message));
      break;
    default:
      message satisfies never;
  }
}

async function quit(): Promise<void> {
  await Promise.all([...endpoints.keys()].map(unbind));
  for (const line of lines.values()) line.close();
  main.close();
}

main.on('message', handle);
