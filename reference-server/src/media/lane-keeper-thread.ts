/**
 * The program of a thread that keeps the sockets of lanes: opens and closes them, tells their descriptors, and sleeps.
 * node:dgram takes packets from a socket as soon as its thread comes to its event loop; this thread does not, except
 * now and then to let go of what was closed. So packets wait until somebody reads the descriptor.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setImmediate } from 'node:timers/promises';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { descriptorsOf } from './descriptors.ts';
import type { FromKeeper, KeeperData, LaneId, ToKeeper } from './lane-keeper.ts';
import type { LanePlace } from './lanes.ts';

/** Closed sockets that wait for the event loop. */
const MAX_CLOSED = 200;

const { port, bell }: KeeperData = workerData;
const sockets = new Map<LaneId, Socket>();
let closed = 0;

function tell(message: FromKeeper): void {
  port.postMessage(message);
}

/** Everything here is done when the function returns: the address is no name, and binding and connecting do not wait. */
function open(lane: LaneId, { address, port: from, toAddress, toPort }: LanePlace): void {
  const socket = createSocket({
    type: 'udp4',
    reusePort: true,
    lookup: (host, _, found) => found(null, host, 4),
  });
  let failed = false;
  socket.on('error', () => {
    failed = true;
  });
  socket.on('message', (packet, source) => {
    // What came between the binding and the connecting may be anybody's.
    if (source.port === toPort && source.address === toAddress) tell({ type: 'packet', lane, packet });
  });
  socket.bind({ port: from, address, exclusive: true });
  if (!failed) socket.connect(toPort, toAddress);
  sockets.set(lane, socket);
}

function close(lane: LaneId): void {
  sockets.get(lane)?.close();
  sockets.delete(lane);
  closed++;
  tell({ type: 'closed', lane });
}

/** The lanes whose sockets are connected, and where. */
function ends(lanes: readonly LaneId[]): { lane: LaneId; ends: LanePlace }[] {
  return lanes.flatMap((lane) => {
    try {
      const socket = sockets.get(lane);
      if (socket === undefined) return [];
      const [here, there] = [socket.address(), socket.remoteAddress()];
      return { lane, ends: { ...here, toAddress: there.address, toPort: there.port } };
    } catch {
      // It is not connected.
      return [];
    }
  });
}

async function serve(): Promise<void> {
  for (;;) {
    const rung = Atomics.load(bell, 0);
    const opened: LaneId[] = [];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const message: ToKeeper = next.message;
      if (message.type === 'quit') return;
      if (message.type === 'close') close(message.lane);
      else {
        open(message.lane, message.place);
        opened.push(message.lane);
      }
    }
    const found = ends(opened);
    for (const [index, descriptor] of descriptorsOf(found.map((each) => each.ends)).entries()) {
      const lane = found[index]?.lane;
      if (lane !== undefined && descriptor !== undefined) tell({ type: 'open', lane, descriptor });
    }
    if (closed >= MAX_CLOSED || (closed > 0 && sockets.size === 0)) {
      closed = 0;
      await setImmediate();
    }
    Atomics.wait(bell, 0, rung);
  }
}

await serve();
for (const socket of sockets.values()) socket.close();
port.close();
