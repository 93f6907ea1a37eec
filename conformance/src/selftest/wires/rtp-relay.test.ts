import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { rtp } from '../dsl/index.ts';
import type { RtpRewrite } from '../types.ts';
import { Interceptor } from './interceptor.ts';
import { RtpRelay } from './rtp-relay.ts';

const host = '127.0.0.1';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function socket(): Promise<Socket> {
  const one = createSocket('udp4');
  one.bind(0, host);
  await once(one, 'listening');
  closers.push(() => one.close());
  return one;
}

const packet = (sequence: number): Buffer => {
  const bytes = Buffer.alloc(172);
  bytes.writeUInt8(0x80, 0);
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(160 * sequence, 4);
  return bytes;
};

/** Sends packets of the target with these numbers at once, and gives those that the suite gets, in their order. */
async function passed(rewrite: RtpRewrite, numbers: readonly number[]): Promise<readonly number[]> {
  const interceptor = new Interceptor();
  const relay = new RtpRelay(interceptor);
  closers.push(() => relay.clear());
  const [suite, target] = [await socket(), await socket()];
  const leg = relay.leg('call', 'caller', 1);
  await leg.portFor('fromTarget', { host, port: target.address().port });
  const port = await leg.portFor('toTarget', { host, port: suite.address().port });
  interceptor.begin([rewrite]);
  const got: number[] = [];
  const all = Promise.withResolvers<void>();
  suite.on('message', (bytes) => {
    got.push(bytes.readUInt16BE(2));
    if (got.length === numbers.length) all.resolve();
  });
  for (const number of numbers) target.send(packet(number), port, host);
  await all.promise;
  return got;
}

it.each([
  ['what is late comes behind what follows', rtp.when(({ index }) => index === 0).late(60), [2, 3, 4, 1]],
  [
    'what is late in order holds up what follows',
    rtp.edit(({ index }) => ({ lateMs: index === 0 ? 60 : 0, inOrder: true })),
    [1, 2, 3, 4],
  ],
  [
    'each is less late than the one before',
    rtp.edit(({ index }) => ({ lateMs: 20 * (3 - index), inOrder: true })),
    [1, 2, 3, 4],
  ],
])('%s', async (_name, rewrite, expected) => {
  expect(await passed(rewrite, [1, 2, 3, 4])).toEqual(expected);
});
