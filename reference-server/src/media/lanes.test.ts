/** What both kinds of lanes promise, on sockets. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAddon, loadAddon } from './addon.ts';
import { AddonLanes } from './addon-lanes.ts';
import { Route, type RouteMap } from './core/route.ts';
import { buildRtp, type Ssrc } from './core/rtp.ts';
import { type Lanes, TURN } from './lanes.ts';
import { SocketLanes } from './socket-lanes.ts';
import { poll } from './testing/until.ts';

const addon = findAddon();
const now = () => performance.now();
const kinds: readonly (readonly [string, () => Lanes])[] = [
  ...(process.platform === 'linux' ? ([['TypeScript', () => new SocketLanes(now)]] as const) : []),
  ...(addon === undefined ? [] : ([['the addon', () => new AddonLanes(loadAddon(addon), now)]] as const)),
];
const HERE = '127.0.0.1';
const BEAT = 2 * TURN;
const map: RouteMap = {
  ...{ ssrcIn: 7 as Ssrc, typeIn: 0, ssrcOut: 9 as Ssrc, typeOut: 0, sequence: 1000, timestamp: 80_000, octets: 160 },
};
const packet = (number: number, payloadType = 0): Uint8Array =>
  buildRtp({
    ...{ marker: false, payloadType, sequence: number, timestamp: 160 * number, ssrc: map.ssrcIn },
    payload: new Uint8Array(160),
  });

describe.each(kinds)('lanes of %s', (_, make) => {
  let lanes: Lanes;
  let sockets: Socket[];

  beforeEach(() => {
    lanes = make();
    sockets = [];
  });
  afterEach(async () => {
    await lanes.close();
    for (const socket of sockets) socket.close();
  });

  async function bound(): Promise<Socket> {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.bind(0, HERE);
    await once(socket, 'listening');
    return socket;
  }

  /** A lane to a far end of its own; the port here is one that was just free. */
  async function laneTo(far: Socket) {
    const free = createSocket('udp4');
    free.bind(0, HERE);
    await once(free, 'listening');
    const { port } = free.address();
    free.close();
    await once(free, 'close');
    const handed: number[] = [];
    const passed: number[] = [];
    const lane = lanes.open(
      { address: HERE, port, toAddress: HERE, toPort: far.address().port },
      {
        receive: (bytes) => handed.push((bytes[2] ?? 0) * 256 + (bytes[3] ?? 0)),
        passed: (tally) => passed.push(tally.packets),
      },
    );
    await poll(() => lane.ready, 'the lane');
    return { lane, port, handed, passed };
  }

  const send = (from: Socket, port: number, bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => from.send(bytes, port, HERE, (error) => (error ? reject(error) : resolve())));

  /** Beats until it holds, each with a turn of the event loop after it. */
  const beats = (condition: () => boolean, what: string, each: () => void = () => undefined): Promise<boolean> =>
    poll(() => {
      lanes.work(BEAT, 0);
      each();
      return condition();
    }, what);
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

  it('pass packets from one far end to another, and hand up what does not fit', async () => {
    const [a, b] = [await bound(), await bound()];
    const [from, to] = [await laneTo(a), await laneTo(b)];
    const got: number[] = [];
    b.on('message', (bytes, { port }) => {
      expect(port).toBe(to.port);
      got.push(bytes.readUInt16BE(2));
    });
    from.lane.route(new Route(map, 0, 0), to.lane);
    expect(lanes).toMatchObject({ ready: 2, routed: 1, ending: 0 });
    for (const number of [1, 2, 3]) await send(a, from.port, packet(number));
    await send(a, from.port, packet(4, 101));
    await beats(() => got.length === 3 && from.handed.length === 1, 'all four');
    expect(got).toEqual([1001, 1002, 1003]);
    expect(from.handed).toEqual([4]);
    expect(total(from.passed)).toBe(3);
    from.lane.route(undefined);
    expect(lanes).toMatchObject({ ready: 2, routed: 0, ending: 0 });
  });

  it('count what comes on a route that ends, send it nowhere, and hand up what does not fit after they have said so', async () => {
    const a = await bound();
    const { lane, port, handed, passed } = await laneTo(a);
    const back: number[] = [];
    a.on('message', (bytes) => back.push(bytes.length));
    lane.route(new Route(map, 0, 0));
    expect(lanes).toMatchObject({ ready: 1, routed: 0, ending: 1 });
    for (const number of [1, 2, 3]) await send(a, port, packet(number));
    await send(a, port, packet(4, 101));
    await beats(() => handed.length === 1, 'the key');
    expect(handed).toEqual([4]);
    expect(total(passed)).toBe(3);
    await send(a, port, packet(5));
    await beats(
      () => total(passed) === 4,
      'the packet after it',
      () => lane.settle(),
    );
    lane.route(undefined);
    expect(lanes).toMatchObject({ ready: 1, routed: 0, ending: 0 });
    await send(a, port, packet(6));
    await beats(() => handed.length === 2, 'the packet without a route');
    expect(handed).toEqual([4, 6]);
    expect(back).toEqual([]);
  });

  it('empty a queue that was full, in order, and take what comes after it', async () => {
    const a = await bound();
    const { lane, port, passed, handed } = await laneTo(a);
    // Far more than the system keeps for a socket; the last ones are dropped.
    for (let number = 1; number <= 2000; number++) await send(a, port, packet(number, 101));
    // As the endpoint does twice a second.
    await beats(
      () => handed.length > 100,
      'the queue',
      () => lane.settle(),
    );
    let before = -1;
    await beats(
      () => {
        const over = handed.length === before;
        before = handed.length;
        return over;
      },
      'the end of the queue',
      () => lane.settle(),
    );
    lane.route(new Route(map, 3000, 160 * 3000));
    for (const number of [3001, 3002]) await send(a, port, packet(number));
    await beats(
      () => total(passed) === 2,
      'what came later',
      () => lane.settle(),
    );
    expect(handed).toEqual(Array.from(handed, (_number, index) => index + 1));
    expect(handed.length).toBeLessThan(2000);
  });

  it('take a stream in order, and soon, whether it comes in even time, pauses, comes early or all at once', {
    timeout: 20_000,
  }, async () => {
    const [a, b] = [await bound(), await bound()];
    const [from, to] = [await laneTo(a), await laneTo(b)];
    from.lane.route(new Route(map, 0, 0), to.lane);
    // Milliseconds from each packet to the next: more than two seconds of even time before anything happens to it.
    const even = (count: number): number[] => Array<number>(count).fill(20);
    const parts = [
      even(120),
      [240, ...even(60)],
      [5, ...even(80)],
      [0, 0, 0, ...even(80)],
      [8, 32, 8, 32, 8, 32, ...even(80)],
    ];
    const gaps = parts.flat();
    const ends = parts.map((_part, index) => parts.slice(0, index + 1).flat().length);
    const sentAt: number[] = [];
    const delays: number[] = [];
    const got: number[] = [];
    b.on('message', (bytes) => {
      const number = bytes.readUInt16BE(2) - map.sequence;
      got.push(number);
      delays.push(now() - (sentAt[number - 1] ?? Number.NaN));
    });
    let due = now();
    while (got.length < gaps.length && now() < due + 5000) {
      while (sentAt.length < gaps.length && now() >= due) {
        due += gaps[sentAt.length] ?? 0;
        sentAt.push(now());
        a.send(packet(sentAt.length), from.port, HERE);
      }
      lanes.work(BEAT, 0);
      await turn();
    }
    expect(got).toEqual(gaps.map((_gap, index) => index + 1));
    expect(from.handed).toEqual([]);
    // In TypeScript a busy thread takes longer to find out when they come; in C the kernel says so.
    if (lanes.kind === 'typescript') return;
    // In even time none waits for the one after it, whatever was before: in beats of 1.7 ms.
    for (const end of ends) expect(Math.min(...delays.slice(end - 5, end)), `before packet ${end}`).toBeLessThan(8);
  });

  it('give the port back when they are closed', async () => {
    const a = await bound();
    const { lane, port } = await laneTo(a);
    await lane.close();
    expect(lane.ready).toBe(false);
    const again = createSocket('udp4');
    sockets.push(again);
    again.bind({ port, address: HERE, exclusive: true });
    await once(again, 'listening');
    expect(lanes.ready).toBe(0);
  });
});

it('work in even beats, and at once when one took longer than its time', async () => {
  let time = 100.5;
  const slept: number[] = [];
  const lanes = new SocketLanes(
    () => time,
    (milliseconds) => {
      slept.push(milliseconds);
      time += milliseconds;
    },
  );
  const beat = (at: number): void => {
    time = at;
    lanes.work(2, 0);
  };
  beat(100.5);
  beat(101);
  beat(103);
  expect(slept).toEqual([1, 1]);
  // The beat of 104 lasted until 109.2: those of 106 and 108 are one.
  beat(109.2);
  expect(slept).toEqual([1, 1]);
  beat(109.5);
  expect(slept).toEqual([1, 1, 0.5]);
  await lanes.close();
});
