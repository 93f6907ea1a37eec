/** The probe's thread: nothing else runs here, so that a packet's arrival is noted when it arrives. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { watchLag } from '../../harness/lag.ts';
import { worthNotingMs } from '../../harness/starvation/holds.ts';
import { RanOut } from '../ran-out.ts';
import { Probe, preciseNow } from './probe.ts';
import type { Command, HeldUp, Request, Response } from './protocol.ts';

if (!parentPort) throw new Error('The RTP probe runs as a worker thread');
const port = parentPort;
const probes = new Map<number, Probe>();
let opened = 0;
const random = (): number => Math.trunc(Math.random() * 2 ** 32);
watchLag({ now: () => performance.timeOrigin + performance.now() }, (at, ms) => {
  if (ms >= worthNotingMs) port.postMessage({ held: { at, ms } } satisfies HeldUp);
});

/** RTP on an even port, RTCP on the next one (RFC 3550 section 11). */
async function bindPair(host: string): Promise<{ rtp: Socket; rtcp: Socket }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const rtp = await bind(host, 0);
    const { port: number } = rtp.address();
    const rtcp = number % 2 === 0 ? await bind(host, number + 1).catch(() => undefined) : undefined;
    if (rtcp) return { rtp, rtcp };
    rtp.close();
  }
  throw new Error(`No pair of ports was free on ${host}`);
}

async function bind(host: string, number: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.bind({ address: host, port: number, exclusive: true });
  await once(socket, 'listening');
  return socket;
}

async function open({
  host,
  codec,
  eventType,
}: Extract<Command, { type: 'open' }>): Promise<{ probe: number; port: number }> {
  const { rtp, rtcp } = await bindPair(host);
  const probe = new Probe(rtp, codec, eventType, random);
  rtcp.on('message', (bytes, from) => {
    const at = preciseNow();
    probe.captured(at, bytes, from, 1);
    probe.received.push(at, bytes, `${from.address}:${from.port}`);
  });
  rtp.once('close', () => rtcp.close());
  opened += 1;
  const id = opened;
  probes.set(id, probe);
  return { probe: id, port: rtp.address().port };
}

function probeOf(id: number): Probe {
  const probe = probes.get(id);
  if (!probe) throw new Error(`There is no probe ${id}`);
  return probe;
}

async function run(command: Command): Promise<unknown> {
  if (command.type === 'open') return open(command);
  const probe = probeOf(command.probe);
  switch (command.type) {
    case 'sendTo':
      return probe.sendTo(command.host, command.port);
    case 'stats':
      return probe.stats();
    case 'packets':
      return probe.received.packets();
    case 'audio':
      return probe.received.audio();
    case 'events':
      return probe.received.events();
    case 'captured':
      // Whoever asks for it of a closed probe has asked for everything else: a run has a thousand of them.
      if (probe.closed) probes.delete(command.probe);
      return probe.capture.all();
    case 'reports':
      return probe.received.reports();
    case 'sent':
      return probe.sent();
    case 'waitForPackets':
      return probe.waitForPackets(command.count, command.timeoutMs);
    case 'waitForTone':
      return probe.waitForTone(command.frequency, command.minMs, command.timeoutMs, command.from);
    case 'waitForSilence':
      return probe.waitForSilence(command.quietMs, command.timeoutMs);
    case 'speak':
      return probe.sender.speak(command.codec);
    case 'sendPcm':
      return probe.play((id) => probe.sender.addPcm(id, command.pcm));
    case 'sendPause':
      return probe.play((id) => probe.sender.addPause(id, command.noiseDb, command.durationMs));
    case 'sendDigits':
      return probe.play((id) => probe.sender.addDigits(id, command.digits, command.options));
    case 'keepSending':
      return probe.keepSending(command.on);
    case 'impair':
      return probe.impair(command.options);
    case 'close':
      return probe.close();
    default:
      return command satisfies never;
  }
}

port.on('message', ({ id, command }: Request) => {
  run(command).then(
    (result) => port.postMessage({ id, result } satisfies Response),
    (error: unknown) =>
      port.postMessage({
        id,
        error: error instanceof Error ? error.message : String(error),
        ...(error instanceof RanOut && { ranOutMs: error.limitMs }),
        ...(error instanceof RanOut && error.bearsMs !== undefined && { bearsMs: error.bearsMs }),
      } satisfies Response),
  );
});
