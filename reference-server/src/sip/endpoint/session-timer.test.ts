import { expect, it } from 'vitest';
import { LossyNetwork, type Station } from '../../testing/lossy-network.ts';
import type { EndpointEvent, OwnerId } from '../endpoint.ts';
import { Headers } from '../message/index.ts';

const owner = 'test' as OwnerId;
let lastCommand = 0;
const ref = () => ({ owner, id: String(++lastCommand) });
const parts = (headers: [string, string][] = []) => ({ headers: new Headers(headers), body: new Uint8Array(0) });

it.each([
  { refresher: 'uac', refreshedBy: '10.0.0.1' },
  { refresher: 'uas', refreshedBy: '10.0.0.2' },
])('a session of 90 s lives for ten minutes when the $refresher refreshes it', ({ refresher, refreshedBy }) => {
  const network = new LossyNetwork(1, { loss: 0, duplication: 0, minDelay: 10, maxDelay: 10 });
  const refreshes: string[] = [];
  const ended: string[] = [];
  const hear = (event: EndpointEvent, station: Station): void => {
    if (event.type === 'ended') ended.push(station.listener.address);
    if (event.type === 'response' && event.dialog !== undefined) {
      const { dialog } = event;
      station.do((endpoint, now) => endpoint.requestInside(now, ref(), dialog, 'ACK', parts()));
    }
    if (event.type !== 'request') return;
    if (event.dialog !== undefined) refreshes.push(event.from.address);
    station.do((endpoint, now) => {
      endpoint.own(event.id, owner);
      endpoint.respond(now, ref(), event.id, { status: 200, reason: 'OK', ...parts() });
    });
  };
  const near = network.add('10.0.0.1', hear);
  const far = network.add('10.0.0.2', hear);
  const asking: [string, string][] = [
    ['Supported', 'timer'],
    ['Session-Expires', `90;refresher=${refresher}`],
  ];
  near.do((endpoint, now) => endpoint.request(now, ref(), 'INVITE', 'sip:bob@10.0.0.2', parts(asking)));
  network.run(600_000);
  expect(ended).toEqual([]);
  expect(refreshes).toEqual(Array.from({ length: 13 }, () => refreshedBy));
  expect([near.endpoint.stats().dialogs, far.endpoint.stats().dialogs]).toEqual([1, 1]);
});
