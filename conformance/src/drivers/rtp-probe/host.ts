/** The suite's side of the probes' thread. */
import { Worker } from 'node:worker_threads';
import { beside } from '../../beside.ts';
import type { RunClock } from '../../harness/timeline.ts';
import { quietly } from '../promises.ts';
import { RanOut } from '../ran-out.ts';
import { silence, tone } from './analysis.ts';
import type { Command, HeldUp, Request, Response, Results } from './protocol.ts';
import type { Codec, PacketRecord, ProbeHost, RtpProbe, StreamStats } from './types.ts';

/**
 * Starts the thread. Times that probes give are on `clock`.
 * @param held hears of each time that the thread was held up, on `clock` too: when it was over and how long it took, ms.
 */
export function startProbes(clock: Pick<RunClock, 'epoch'>, held?: (at: number, ms: number) => void): ProbeHost {
  const worker = new Worker(beside('thread', import.meta.url), { execArgv: [] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  let broken: Error | undefined;
  worker.on('message', (response: Response | HeldUp) => {
    if ('held' in response) {
      held?.(response.held.at - clock.epoch, response.held.ms);
      return;
    }
    const one = waiting.get(response.id);
    waiting.delete(response.id);
    if ('error' in response) one?.reject(failureOf(response.error, response.ranOutMs, response.bearsMs));
    else one?.resolve(response.result);
  });
  const fail = (error: Error): void => {
    broken = error;
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The thread of the RTP probes has ended')));

  const ask = <K extends Command['type']>(
    command: Extract<Command, { type: K }>,
  ): Promise<K extends keyof Results ? Results[K] : void> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      count += 1;
      // The thread answers a command with what `Results` says of it.
      waiting.set(count, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id: count, command } satisfies Request);
    });

  return {
    open: async ({ name, host, codec, eventType = 101 }) => {
      const { probe, port } = await ask<'open'>({ type: 'open', host, codec, eventType });
      return probeAt({ name, host, codec, port, probe, epoch: clock.epoch }, ask);
    },
    close: async () => {
      // Who still waits for something waits for nothing that matters now.
      waiting.clear();
      await worker.terminate();
    },
  };
}

const failureOf = (text: string, ranOutMs?: number, bearsMs?: number): Error =>
  ranOutMs === undefined ? new Error(text) : new RanOut(text, ranOutMs, bearsMs);

type Ask = <K extends Command['type']>(
  command: Extract<Command, { type: K }>,
) => Promise<K extends keyof Results ? Results[K] : void>;

interface Identity {
  readonly name: string;
  readonly host: string;
  readonly codec: Codec;
  readonly port: number;
  readonly probe: number;
  readonly epoch: number;
}

function probeAt({ name, host, codec, port, probe, epoch }: Identity, ask: Ask): RtpProbe {
  const says = <T>(promise: Promise<T>): Promise<T> =>
    quietly(
      promise.catch((error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        const { limitMs, bearsMs } = error instanceof RanOut ? error : {};
        throw failureOf(`RTP of ${name}: ${text}`, limitMs, bearsMs);
      }),
    );
  const onRun = <T extends { readonly at: number }>(records: readonly T[]): T[] =>
    records.map((record) => ({ ...record, at: record.at - epoch }));
  const sendPcm = (pcm: Int16Array): Promise<void> => ask<'sendPcm'>({ type: 'sendPcm', probe, pcm });
  return {
    name,
    host,
    port,
    codec,
    sendTo: (to, toPort) => void quietly(ask<'sendTo'>({ type: 'sendTo', probe, host: to, port: toPort })),
    stats: async () => {
      const { received, sent } = await ask<'stats'>({ type: 'stats', probe });
      const late = sent.late.map(({ at, ms }) => ({ at: at - epoch, ms }));
      return { received: onClock(received, epoch), sent: { ...sent, late } };
    },
    packets: async () =>
      (await ask<'packets'>({ type: 'packets', probe })).map(
        (packet): PacketRecord => ({ ...packet, at: packet.at - epoch }),
      ),
    audio: async () => {
      const { pcm, startedAt } = await ask<'audio'>({ type: 'audio', probe });
      return { pcm, startedAt: startedAt - epoch };
    },
    events: async () =>
      (await ask<'events'>({ type: 'events', probe })).map((event) => ({ ...event, at: event.at - epoch })),
    captured: async () => {
      const { datagrams, leftOut } = await ask<'captured'>({ type: 'captured', probe });
      return { datagrams: datagrams.map((one) => ({ ...one, at: one.at - epoch })), leftOut };
    },
    reports: async () => onRun(await ask<'reports'>({ type: 'reports', probe })),
    sent: async () => onRun(await ask<'sent'>({ type: 'sent', probe })),
    waitForPackets: (packets, timeoutMs) =>
      says(ask<'waitForPackets'>({ type: 'waitForPackets', probe, count: packets, timeoutMs })),
    waitForTone: (frequency, minMs, timeoutMs, from = 0) =>
      says(ask<'waitForTone'>({ type: 'waitForTone', probe, frequency, minMs, timeoutMs, from: from + epoch })),
    waitForSilenceOnWire: (quietMs, timeoutMs) =>
      says(ask<'waitForSilence'>({ type: 'waitForSilence', probe, quietMs, timeoutMs })),
    speak: (next) => ask<'speak'>({ type: 'speak', probe, codec: next }),
    sendTone: (frequency, durationMs, levelDb) => sendPcm(tone(frequency, durationMs, levelDb)),
    sendSilence: (durationMs) => sendPcm(silence(durationMs)),
    sendPause: (noiseDb, durationMs) => ask<'sendPause'>({ type: 'sendPause', probe, noiseDb, durationMs }),
    sendPcm,
    sendDigits: (digits, options = {}) => ask<'sendDigits'>({ type: 'sendDigits', probe, digits, options }),
    keepSending: (on) => void quietly(ask<'keepSending'>({ type: 'keepSending', probe, on })),
    impair: (options) => void quietly(ask<'impair'>({ type: 'impair', probe, options })),
    close: () => ask<'close'>({ type: 'close', probe }),
  };
}

function onClock(stats: StreamStats, epoch: number): StreamStats {
  const { firstAt, lastAt, ...rest } = stats;
  return {
    ...rest,
    ...(firstAt !== undefined && { firstAt: firstAt - epoch }),
    ...(lastAt !== undefined && { lastAt: lastAt - epoch }),
  };
}
