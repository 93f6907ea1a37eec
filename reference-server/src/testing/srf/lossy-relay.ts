import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { seeded, type Weather } from '../lossy-network.ts';

/** What a network may do to one message: more copies than this are not lost in a row, so that no call fails by bad luck. */
const mostLost = 4;

interface LossyRelay {
  /** Port by which each side reaches the other. */
  readonly towardsFar: number;
  readonly towardsNear: number;
  /** Datagrams that came, and what became of them. */
  readonly tally: { came: number; lost: number; doubled: number; overtaken: number };
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket;
}

/**
 * A network between two UDP ports on loopback. What it does to a message depends on the seed, the call (in the order in which
 * calls begin) and the message's place among those of its call, not on the time.
 */
export async function lossyRelay(near: number, far: number, seed: number, weather: Weather): Promise<LossyRelay> {
  const [facingNear, facingFar] = await Promise.all([bound(), bound()]);
  const calls = new Map<string, () => number>();
  const lostInARow = new Map<string, number>();
  const tally = { came: 0, lost: 0, doubled: 0, overtaken: 0 };
  let lastDue = 0;
  let open = true;
  onTestFinished(() => {
    open = false;
  });

  const field = (text: string, name: string): string => new RegExp(`^${name}: *(.*)\r$`, 'im').exec(text)?.[1] ?? '';

  const carry = (bytes: Buffer, from: Socket, port: number): void => {
    const text = bytes.toString('latin1');
    const call = field(text, 'Call-ID');
    const random = calls.get(call) ?? seeded(seed * 10_000 + calls.size);
    calls.set(call, random);
    const message = `${call} ${port} ${text.slice(0, text.indexOf(' ', 8))} ${field(text, 'CSeq')}`;
    const copies = random() < weather.duplication ? 2 : 1;
    tally.came++;
    if (copies === 2) tally.doubled++;
    for (let copy = 0; copy < copies; copy++) {
      const lost = lostInARow.get(message) ?? 0;
      if (random() < weather.loss && lost < mostLost) {
        lostInARow.set(message, lost + 1);
        tally.lost++;
        continue;
      }
      lostInARow.delete(message);
      const delay = weather.minDelay + random() * (weather.maxDelay - weather.minDelay);
      const due = performance.now() + delay;
      if (due < lastDue) tally.overtaken++;
      lastDue = Math.max(lastDue, due);
      setTimeout(() => {
        if (open) from.send(bytes, port, '127.0.0.1');
      }, delay);
    }
  };
  facingNear.on('message', (bytes) => carry(bytes, facingFar, far));
  facingFar.on('message', (bytes) => carry(bytes, facingNear, near));
  return { towardsFar: facingNear.address().port, towardsNear: facingFar.address().port, tally };
}
