/**
 * The media engine as a process of its own: opens the calls that its argument asks for, prints the ports of the far ends
 * as one line of JSON, and ends when its standard input does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findAddon } from '../src/media/addon.ts';
import { tone } from '../src/media/core/tone.ts';
import { writeWav } from '../src/media/core/wav.ts';
import { createMediaEngine } from '../src/media/engine.ts';
import type { MediaEngineOptions } from '../src/media/options.ts';
import type { LegId, PlayJobId, RecordingId } from '../src/session/ids.ts';
import type { MediaEvent } from '../src/session/ports/media-event.ts';
import { createFilePromptStore } from '../src/storage/file-prompt-store.ts';
import { AUDIT, FAR_ENDS, type HostReply, type HostRequest, type Variant } from './host-protocol.ts';
import { offerOf, portOf } from './plan.ts';

const request = JSON.parse(process.argv[2] ?? '{}') as HostRequest;

/** What makes the engine the variant that is measured, or why it cannot be here. */
function variantOptions(variant: Variant): Partial<MediaEngineOptions> | string {
  if (variant === 'ts') return { relay: 'typescript' };
  return findAddon() === undefined ? 'the addon is not built' : { relay: 'auto' };
}

/** A second of stereo at 8 kHz in 16 bits. */
const RECORDED_BYTES = 32_000;

function say(reply: HostReply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function main(): Promise<void> {
  const options = variantOptions(request.variant);
  if (typeof options === 'string') {
    say({ type: 'refused', reason: options });
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'bench-media-'));
  const prompts = createFilePromptStore({ directory });
  await prompts.put('bench', 'tone.wav', writeWav([tone([440, 620], 5000)], 8000));
  const log = { info: () => undefined, warn: () => undefined, error: console.error };
  const opened = new Map<LegId, string>();
  const recorded: (MediaEvent & { type: 'media.recorded' })[] = [];
  let wake = (): void => undefined;
  const heard = (event: MediaEvent): void => {
    if (event.type === 'media.opened') opened.set(event.leg, event.sdp);
    else if (event.type === 'media.recorded') recorded.push(event);
    else console.error(JSON.stringify(event));
    wake();
  };
  const engine = createMediaEngine({
    address: '127.0.0.1',
    portRange: request.portRange,
    workers: request.workers,
    prompts,
    tts: { speak: () => Promise.reject(new Error('nothing is spoken here')), close: async () => undefined },
    codecs: ['PCMU', 'PCMA', 'GSM'],
    // A peer that is measured in turns is silent in between.
    rtpTimeoutMs: 0,
    onEvent: heard,
    log,
    ...options,
  });

  const codecs = FAR_ENDS[request.workload];
  const legs = Array.from({ length: request.calls * codecs.length }, (_, index) => `leg-${index}` as LegId);
  for (const [index, leg] of legs.entries()) {
    const place = index % codecs.length;
    const near = place === 0 ? undefined : legs[index - place];
    const offer = offerOf(index, request.farPort, codecs[place]);
    engine.open(leg, { offer, ...(near === undefined ? {} : { near }) });
  }
  await until(() => opened.size === legs.length);
  const begun = performance.now();
  for (let call = 0; call < request.calls; call++) begin(call);
  say({ type: 'ready', ports: legs.map((leg) => portOf(opened.get(leg) ?? '') ?? 0) });

  function begin(call: number): void {
    const [a, b, c] = legs.slice(call * codecs.length, (call + 1) * codecs.length);
    if (a === undefined) return;
    if (b !== undefined) engine.join(a, b);
    if (request.workload === 'play') {
      const phrases = [{ kind: 'file', fileName: 'tone.wav' }] as const;
      engine.play(a, { id: `job-${call}` as PlayJobId, domain: 'bench', phrases, repeat: true });
    }
    if (request.workload === 'record' && b !== undefined) {
      engine.startRecording({
        id: recordingOf(call),
        domain: 'bench',
        fileName: `call-${call}.wav`,
        left: a,
        right: b,
      });
    }
    if (c !== undefined && b !== undefined) engine.listen(c, [a, b]);
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function audit(): Promise<void> {
    const faults: string[] = [];
    if (request.workload === 'record') {
      const seconds = (performance.now() - begun) / 1000;
      for (let call = 0; call < request.calls; call++) engine.stopRecording(recordingOf(call));
      await until(() => recorded.length === request.calls);
      for (const each of recorded) {
        const share = (each.bytes ?? 0) / (seconds * RECORDED_BYTES);
        if (each.failure !== undefined) faults.push(`${each.recording} failed: ${each.failure}`);
        else if (share < 0.95 || share > 1.1) faults.push(`${each.recording} holds ${share.toFixed(2)} of the time`);
        if (each.silent.length > 0) faults.push(`${each.recording}: nothing on ${each.silent.join(' and ')}`);
      }
    }
    say({ type: 'audited', faults: faults.slice(0, 5) });
  }

  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === AUDIT) void audit();
    })
    .on('close', () => {
      void engine.shutdown().then(() => {
        rmSync(directory, { recursive: true, force: true });
        process.exit(0);
      });
    });
}

function recordingOf(call: number): RecordingId {
  return `recording-${call}` as RecordingId;
}

await main();
