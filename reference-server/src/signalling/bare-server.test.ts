/** What signalling sees to by itself, on a server that leaves everything to its applications. */
import { expect, it, onTestFinished } from 'vitest';
import type { LegId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { bareDialog, bareServer } from '../testing/srf/bare-server.ts';
import { sdp, until } from '../testing/srf/world.ts';
import { createSignalling, type SignallingOptions } from './signalling.ts';

async function start(more: Pick<SignallingOptions, 'lacking'> = {}) {
  const server = await bareServer();
  const events: SipEvent[] = [];
  const port = createSignalling({
    drachtio: [server.address],
    dispatch: (event) => events.push(event),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock: createFakeClock(),
    newLegId: () => leg,
    ...more,
  });
  await port.connected(10);
  onTestFinished(() => port.close());
  const event = (type: SipEvent['type']) => until(() => expect(events.map((each) => each.type)).toContain(type));
  return { server, port, events, event };
}

const leg = 'leg' as LegId;

/** A request as the server passes it on. */
function request(method: string, cseq: number, headers: readonly string[] = [], body = ''): string {
  const tag = cseq === 1 ? '' : ';tag=ours';
  return [
    `${method} sip:1000@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK${method}${cseq}`,
    'From: <sip:bob@127.0.0.1>;tag=theirs',
    `To: <sip:1000@127.0.0.1>${tag}`,
    'Call-ID: one@bare',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:bob@127.0.0.1:5070>',
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const faulty: [string, string[], RegExp][] = [
  ['an unknown extension', ['Require: nothing'], /^SIP\/2\.0 420 [\s\S]*^Unsupported: nothing\r$/im],
  ['a short interval', ['Supported: timer', 'Session-Expires: 30'], /^SIP\/2\.0 422 [\s\S]*^Min-SE: 90\r$/im],
];

it('refuses an extension that the one who is called does without', async () => {
  const { server, port } = await start({
    lacking: (host, user) => (`${user}@${host}` === '1000@127.0.0.1' ? ['timer'] : []),
  });
  server.request('first', request('INVITE', 1, ['Require: 100rel, timer'], sdp(4000)));
  expect(await server.sent('first', /^SIP/)).toMatch(/^SIP\/2\.0 420 [\s\S]*^Unsupported: timer\r$/im);
  expect(port.stats()).toMatchObject({ legs: 0 });
});

it.each(faulty)('refuses an INVITE with %s', async (_name, headers, refusal) => {
  const { server, port, events } = await start();
  server.request('first', request('INVITE', 1, headers, sdp(4000)));
  expect(await server.sent('first', /^SIP/)).toMatch(refusal);
  expect(events).toEqual([]);
  expect(port.stats().legs).toBe(0);
});

async function answered() {
  const bench = await start();
  const { server, port, event } = bench;
  server.request('first', request('INVITE', 1, [], sdp(4000)));
  await event('sip.incoming');
  port.answer(leg, sdp(5000));
  await server.sent('first', /^SIP\/2\.0 200/);
  // The library makes the dialog when it hears that the response is sent; an ACK may come no earlier.
  server.request('ack', request('ACK', 1).replace('127.0.0.1>\r\nCall', '127.0.0.1>;tag=ours\r\nCall'), bareDialog);
  await event('sip.confirmed');
  return bench;
}

it.each(
  faulty.flatMap(([name, headers, refusal]) =>
    ['INVITE', 'UPDATE'].map((method) => [method, name, headers, refusal] as const),
  ),
)('refuses %s in a dialog with %s', async (method, _name, headers, refusal) => {
  const { server, events } = await answered();
  server.request('second', request(method, 2, headers, sdp(4002)), bareDialog);
  expect(await server.sent('second', /^SIP/)).toMatch(refusal);
  expect(events.map(({ type }) => type)).toEqual(['sip.incoming', 'sip.confirmed']);
});

it('refuses an offer that crosses its own', async () => {
  const { server, port, events, event } = await answered();
  port.reoffer(leg, sdp(5002));
  await server.sent('own', /^INVITE/);
  server.request('second', request('INVITE', 2, [], sdp(4002)), bareDialog);
  expect(await server.sent('second', /^SIP/)).toMatch(/^SIP\/2\.0 491 /);
  server.request('third', request('UPDATE', 3, [], sdp(4002)), bareDialog);
  expect(await server.sent('third', /^SIP/)).toMatch(/^SIP\/2\.0 491 /);
  // Without an offer it only refreshes the session.
  server.request('fourth', request('UPDATE', 4), bareDialog);
  await event('sip.offered');
  expect(events.map(({ type }) => type)).toEqual(['sip.incoming', 'sip.confirmed', 'sip.offered']);
});
