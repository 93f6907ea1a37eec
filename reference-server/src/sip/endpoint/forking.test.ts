import { expect, it } from 'vitest';
import { LossyNetwork, type Station } from '../../testing/lossy-network.ts';
import type { EndpointEvent, OwnerId } from '../endpoint.ts';
import { Headers } from '../message/index.ts';

const owner = 'test' as OwnerId;
let lastCommand = 0;
const ref = () => ({ owner, id: String(++lastCommand) });
const empty = () => ({ headers: new Headers(), body: new Uint8Array(0) });

it('takes one branch of a forked INVITE that is answered twice, and acknowledges and ends the other', () => {
  const network = new LossyNetwork(1, { loss: 0, duplication: 0, minDelay: 10, maxDelay: 10 });
  const heard: string[] = [];
  const answerer = (name: string) => (event: EndpointEvent, station: Station) => {
    if (event.type === 'ack') heard.push(`${name} ACK`);
    if (event.type !== 'request') return;
    heard.push(`${name} ${event.request.method}`);
    station.do((endpoint, now) => {
      endpoint.own(event.id, owner);
      endpoint.respond(now, ref(), event.id, { status: 200, reason: 'OK', ...empty() });
    });
  };
  const first = network.add('10.0.0.3', answerer('first'));
  const second = network.add('10.0.0.4', answerer('second'));
  const proxy = network.add('10.0.0.2', (event, station) => {
    if (event.type !== 'request') return;
    station.do((endpoint, now) =>
      endpoint.proxy(now, ref(), event.id, {
        targets: ['sip:10.0.0.3', 'sip:10.0.0.4'],
        recordRoute: true,
        followRedirects: false,
        simultaneous: true,
        headers: new Headers(),
      }),
    );
  });
  const answers: number[] = [];
  const caller = network.add('10.0.0.1', (event, station) => {
    if (event.type !== 'response' || event.dialog === undefined) return;
    const { dialog, response } = event;
    if (!(response.headers.get('CSeq') ?? '').endsWith('INVITE')) return;
    answers.push(response.status);
    station.do((endpoint, now) => endpoint.requestInside(now, ref(), dialog, 'ACK', empty()));
    network.after(5000, () =>
      station.do((endpoint, now) => endpoint.requestInside(now, ref(), dialog, 'BYE', empty())),
    );
  });
  network.after(0, () =>
    caller.do((endpoint, now) => endpoint.request(now, ref(), 'INVITE', 'sip:bob@10.0.0.2', empty())),
  );
  network.run(2000);
  expect(answers).toEqual([200]);
  expect(heard.toSorted()).toEqual(['first ACK', 'first INVITE', 'second ACK', 'second BYE', 'second INVITE']);
  expect(caller.endpoint.stats().dialogs).toBe(1);
  network.run(120_000);
  expect(heard).toContain('first BYE');
  for (const station of [first, second, proxy, caller]) {
    expect(station.endpoint.stats()).toEqual({ dialogs: 0, pending: 0, transactions: 0, proxies: 0, timers: 0 });
  }
});

it('gives up the early dialog of a branch that says 199, and no other', () => {
  const network = new LossyNetwork(1, { loss: 0, duplication: 0, minDelay: 10, maxDelay: 10 });
  const answerer = (statuses: number[]) => (event: EndpointEvent, station: Station) => {
    if (event.type !== 'request') return;
    station.do((endpoint, now) => {
      endpoint.own(event.id, owner);
      for (const status of statuses) endpoint.respond(now, ref(), event.id, { status, reason: 'Test', ...empty() });
    });
  };
  network.add('10.0.0.3', answerer([180, 199]));
  network.add('10.0.0.4', answerer([180]));
  network.add('10.0.0.5', answerer([199]));
  network.add('10.0.0.2', (event, station) => {
    if (event.type !== 'request') return;
    const targets = ['sip:10.0.0.3', 'sip:10.0.0.4', 'sip:10.0.0.5'];
    const options = { targets, recordRoute: false, followRedirects: false, simultaneous: true, headers: new Headers() };
    station.do((endpoint, now) => endpoint.proxy(now, ref(), event.id, options));
  });
  const heard: string[] = [];
  const caller = network.add('10.0.0.1', (event) => {
    if (event.type === 'response')
      heard.push(`${event.response.status} ${event.dialog === undefined ? 'none' : 'early'}`);
  });
  caller.do((endpoint, now) => endpoint.request(now, ref(), 'INVITE', 'sip:bob@10.0.0.2', empty()));
  network.run(1000);
  expect(heard.toSorted()).toEqual(['180 early', '180 early', '199 early', '199 none']);
  expect(caller.endpoint.stats().dialogs).toBe(1);
});
