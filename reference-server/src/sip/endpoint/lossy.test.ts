import { describe, expect, it } from 'vitest';
import { LossyNetwork, type Station } from '../../testing/lossy-network.ts';
import type { EndpointEvent, OwnerId } from '../endpoint.ts';
import { Headers } from '../message/index.ts';

const owner = 'test' as OwnerId;
const body = Buffer.from('v=0\r\n');
let lastCommand = 0;
const ref = () => ({ owner, id: String(++lastCommand) });
const parts = (headers: [string, string][] = [], content: Uint8Array = new Uint8Array(0)) => ({
  headers: new Headers(headers),
  body: content,
});

interface Tally {
  answered: number;
  acknowledged: number;
  ended: number;
  failures: string[];
}

/** Answers every INVITE after it has rung, and every other request at once. */
function callee(network: LossyNetwork, tally: Tally, reliable: boolean) {
  return (event: EndpointEvent, station: Station): void => {
    if (event.type === 'ack') tally.acknowledged++;
    if (event.type === 'ended' || event.type === 'refused') tally.failures.push(JSON.stringify(event));
    if (event.type !== 'request') return;
    station.do((endpoint) => endpoint.own(event.id, owner));
    const respond = (status: number, headers: [string, string][] = [], content?: Uint8Array) =>
      station.do((endpoint, now) =>
        endpoint.respond(now, ref(), event.id, { status, reason: '', ...parts(headers, content) }),
      );
    if (event.request.method !== 'INVITE') {
      respond(200);
      return;
    }
    network.after(20, () => respond(180, reliable ? [['Require', '100rel']] : []));
    network.after(200, () => respond(200, [], body));
  };
}

/** Acknowledges, talks for half a minute, in which every ACK gets through, and says BYE. */
function caller(network: LossyNetwork, tally: Tally) {
  return (event: EndpointEvent, station: Station): void => {
    if (event.type === 'ended' || event.type === 'refused') tally.failures.push(JSON.stringify(event));
    if (event.type !== 'response') return;
    const { dialog, response } = event;
    const inside = (method: string, headers: [string, string][] = []) => {
      if (dialog === undefined) return;
      station.do((endpoint, now) => endpoint.requestInside(now, ref(), dialog, method, parts(headers)));
    };
    const cseq = response.headers.get('CSeq') ?? '';
    if (response.status >= 300) tally.failures.push(`${response.status} to ${cseq}`);
    if (cseq.endsWith('INVITE') && response.status < 200) {
      const rseq = response.headers.get('RSeq');
      if (rseq !== undefined) inside('PRACK', [['RAck', `${rseq} ${cseq}`]]);
    } else if (cseq.endsWith('INVITE') && response.status < 300) {
      tally.answered++;
      inside('ACK');
      network.after(30_000, () => inside('BYE'));
    } else if (cseq.endsWith('BYE')) tally.ended++;
  };
}

const storms = [
  { name: 'plain calls', seed: 1, reliable: false },
  { name: 'plain calls, another storm', seed: 2, reliable: false },
  { name: 'calls with reliable provisional responses', seed: 3, reliable: true },
];

describe('on a network that loses, repeats and reorders a fifth of all datagrams', () => {
  it.each(storms)('$name: every call completes and nothing is left', ({ seed, reliable }) => {
    const calls = 200;
    const network = new LossyNetwork(seed, { loss: 0.2, duplication: 0.2, minDelay: 1, maxDelay: 120 });
    const tally: Tally = { answered: 0, acknowledged: 0, ended: 0, failures: [] };
    const near = network.add('10.0.0.1', caller(network, tally));
    const far = network.add('10.0.0.2', callee(network, tally, reliable));
    for (let call = 0; call < calls; call++) {
      network.after(call * 20, () =>
        near.do((endpoint, now) =>
          endpoint.request(now, ref(), 'INVITE', 'sip:bob@10.0.0.2', parts([['Supported', '100rel']], body)),
        ),
      );
    }
    network.run(600_000);
    expect(tally).toEqual({ answered: calls, acknowledged: calls, ended: calls, failures: [] });
    expect(network.lost / network.sent).toBeCloseTo(0.2, 1);
    for (const station of [near, far]) {
      expect(station.endpoint.stats()).toEqual({ dialogs: 0, pending: 0, transactions: 0, proxies: 0, timers: 0 });
    }
  });
});
