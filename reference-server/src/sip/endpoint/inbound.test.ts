import { beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, Endpoint, type EndpointEvent, type Listener, type OwnerId, type Path } from '../endpoint.ts';
import { Headers, parseMessage, type SipResponse } from '../message/index.ts';

const listener: Listener = { protocol: 'udp', address: '192.0.2.1', port: 5060 };
const from: Path = { protocol: 'udp', address: '192.0.2.9', port: 40_000, local: listener };
const owner = 'test' as OwnerId;

let endpoint: Endpoint;
let sent: { response: SipResponse; to: Path }[];
let events: EndpointEvent[];
let lastId = 0;

function settle(): void {
  for (const output of endpoint.outputs()) {
    if (output.type === 'event') events.push(output.event);
    if (output.type !== 'send') continue;
    const parsed = parseMessage(output.bytes);
    if (parsed.ok && parsed.message.kind === 'response') sent.push({ response: parsed.message, to: output.to });
  }
}

function receive(lines: string[], now = 0, path = from): void {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  endpoint.receive(now, path, parseMessage(bytes), bytes.byteLength);
  settle();
}

interface Shape {
  method?: string;
  uri?: string;
  via?: string;
  to?: string;
  cseq?: string;
  more?: string[];
}

const message = ({
  method = 'INVITE',
  uri = 'sip:bob@192.0.2.1',
  via = 'SIP/2.0/UDP 192.0.2.9:5099;branch=z9hG4bK1',
  to = '<sip:bob@192.0.2.1>',
  cseq = `1 ${method}`,
  more = [],
}: Shape) => [
  `${method} ${uri} SIP/2.0`,
  `Via: ${via}`,
  'From: <sip:alice@192.0.2.9>;tag=a',
  `To: ${to}`,
  'Call-ID: call',
  `CSeq: ${cseq}`,
  'Contact: <sip:alice@192.0.2.9>',
  ...more,
];

beforeEach(() => {
  sent = [];
  events = [];
  const ids = { token: () => `id${++lastId}`, number: () => 7 };
  const settings = { ...defaultSettings, addressTowards: () => '192.0.2.1', isOwnAddress: () => false };
  endpoint = new Endpoint(settings, [listener], ids);
});

describe('what is refused without asking the application', () => {
  it.each([
    { name: 'a method that needs a dialog', shape: { method: 'BYE' }, status: 481 },
    { name: 'a dialog that is not there', shape: { to: '<sip:bob@192.0.2.1>;tag=gone' }, status: 481 },
    { name: 'CANCEL of nothing', shape: { method: 'CANCEL' }, status: 481 },
    { name: 'an unknown scheme', shape: { uri: 'urn:service:sos' }, status: 416 },
    { name: 'an extension nobody knows', shape: { more: ['Require: teleport'] }, status: 420 },
    { name: 'a CSeq of another method', shape: { cseq: '1 BYE' }, status: 400 },
    { name: 'a session that is too short', shape: { more: ['Supported: timer', 'Session-Expires: 20'] }, status: 422 },
  ])('$name: $status', ({ shape, status }) => {
    receive(message(shape));
    expect(sent.map((each) => each.response.status)).toEqual([status]);
    expect(events).toEqual([]);
  });

  it('a session that is too short is no fault of a caller who knows no session timers', () => {
    receive(message({ more: ['Session-Expires: 20'] }));
    expect(sent).toEqual([]);
    expect(events.map(({ type }) => type)).toContain('request');
  });

  it('a request that cannot be parsed gets 400 when it can be answered', () => {
    receive([...message({ method: 'OPTIONS' }), 'this is no header']);
    expect(sent.map((each) => each.response.status)).toEqual([400]);
    expect(sent[0]?.response.headers.get('Call-ID')).toBe('call');
  });

  it('garbage gets no answer', () => {
    receive(['hello']);
    receive(['SIP/2.0 200 OK', 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx', 'CSeq: 1 INVITE']);
    expect(sent).toEqual([]);
    expect(endpoint.stats().transactions).toBe(0);
  });

  it('the same request by another path gets 482', () => {
    receive(message({}));
    receive(message({ via: 'SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2' }));
    expect(sent.map((each) => each.response.status)).toEqual([482]);
    expect(events.filter((each) => each.type === 'request')).toHaveLength(1);
  });

  it('everything new while draining gets 503', () => {
    endpoint.drain();
    receive(message({}));
    expect(sent.map((each) => each.response.status)).toEqual([503]);
  });
});

describe('where responses go', () => {
  it.each([
    {
      name: 'the port of Via without rport',
      via: 'SIP/2.0/UDP 192.0.2.9:5099;branch=z9hG4bK1',
      port: 5099,
      top: /;branch=z9hG4bK1$/,
    },
    {
      name: 'the source with rport',
      via: 'SIP/2.0/UDP 10.1.1.1:5099;branch=z9hG4bK1;rport',
      port: 40_000,
      top: /received=192\.0\.2\.9.*rport=40000|rport=40000.*received=192\.0\.2\.9/,
    },
    {
      name: 'the source address when Via names another',
      via: 'SIP/2.0/UDP host.invalid:5099;branch=z9hG4bK1',
      port: 5099,
      top: /received=192\.0\.2\.9/,
    },
    {
      name: '5060 when Via has no port',
      via: 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1',
      port: 5060,
      top: /branch=z9hG4bK1$/,
    },
  ])('to $name', ({ via, port, top }) => {
    receive(message({ method: 'BYE', via }));
    expect(sent[0]?.to).toMatchObject({ address: '192.0.2.9', port });
    expect(sent[0]?.response.headers.get('Via')).toMatch(top);
  });
});

it('repeats its last response when the request comes again, and asks the application once', () => {
  receive(message({}));
  const [event] = events;
  if (event?.type !== 'request') throw new Error('no request');
  const ref = { owner, id: '1' };
  endpoint.respond(1, ref, event.id, {
    status: 180,
    reason: 'Ringing',
    headers: new Headers(),
    body: new Uint8Array(0),
  });
  settle();
  receive(message({}), 2);
  expect(sent.map((each) => each.response.status)).toEqual([180, 180]);
  expect(events.filter((each) => each.type === 'request')).toHaveLength(1);
});

it('is done with a call when BYEs cross, though the other side never answers ours', () => {
  const parts = { headers: new Headers(), body: new Uint8Array(0) };
  const ref = { owner, id: '1' };
  receive(message({}));
  const [invite] = events;
  if (invite?.type !== 'request') throw new Error('no request');
  endpoint.own(invite.id, owner);
  endpoint.respond(1, ref, invite.id, { ...parts, status: 200, reason: 'OK' });
  settle();
  const to = sent[0]?.response.headers.get('To') ?? '';
  receive(message({ method: 'ACK', to, cseq: '1 ACK', via: 'SIP/2.0/UDP 192.0.2.9:5099;branch=z9hG4bK2' }), 2);
  const acked = events.find((event) => event.type === 'ack');
  if (acked?.type !== 'ack') throw new Error('no ACK');
  endpoint.requestInside(3, ref, acked.dialog, 'BYE', parts);
  receive(message({ method: 'BYE', to, cseq: '2 BYE', via: 'SIP/2.0/UDP 192.0.2.9:5099;branch=z9hG4bK3' }), 4);
  const bye = events.find((event) => event.type === 'request' && event.request.method === 'BYE');
  if (bye?.type !== 'request') throw new Error('no BYE');
  expect(endpoint.idle).toBe(false);
  endpoint.respond(5, ref, bye.id, { ...parts, status: 200, reason: 'OK' });
  expect(endpoint.stats()).toMatchObject({ dialogs: 0, pending: 0 });
  expect(endpoint.idle).toBe(true);
  for (let at = endpoint.nextTimeout(); at !== undefined; at = endpoint.nextTimeout()) endpoint.handleTimeout(at);
  settle();
  const timeout = events.find((event) => event.type === 'response');
  expect(timeout).toMatchObject({ response: { status: 408 } });
  expect(endpoint.stats()).toMatchObject({ pending: 0, transactions: 0, timers: 0 });
});

it('gives an application that is gone no say: 503 for its calls', () => {
  receive(message({}));
  const [event] = events;
  if (event?.type !== 'request') throw new Error('no request');
  endpoint.own(event.id, owner);
  endpoint.release(1, owner);
  settle();
  expect(sent.map((each) => each.response.status)).toEqual([503]);
});

it('answers for an application that says nothing', () => {
  receive(message({}));
  for (let at = endpoint.nextTimeout(); at !== undefined && at <= 64_000; at = endpoint.nextTimeout()) {
    endpoint.handleTimeout(at);
    settle();
  }
  expect(sent.map((each) => each.response.status)).toContain(480);
});
