/** UPDATE before the answer, with requests and responses that only keep what they are told. */
import { expect, it } from 'vitest';
import type { LegId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { EarlyOffers } from './early-offers.ts';
import { extensions } from './refusal.ts';
import type { SrfRequest, SrfResponse } from './srf.ts';

type Sent = readonly [status: number, options?: { headers?: Record<string, string>; body?: string }];

const update = (body: string, ...headers: readonly string[]): SrfRequest => {
  const lines = [
    'UPDATE sip:1@127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:c@d>;tag=2',
    'Call-ID: x',
    'CSeq: 1 UPDATE',
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
  ];
  return { raw: [...lines, '', body].join('\r\n') } as unknown as SrfRequest;
};

const start = () => {
  const events: SipEvent[] = [];
  const context = {
    ...{ log: { info: () => {}, warn: () => {}, error: () => {} }, clock: createFakeClock() },
    ...{ minSe: 90, extensions, traceHeader: 'X', sessionExpires: 0, credentials: () => undefined, newNonce: () => '' },
    dispatch: (event: SipEvent) => events.push(event),
    forget: () => {},
    linger: () => () => {},
  };
  const offers = new EarlyOffers(context, 'leg' as LegId);
  const receive = (...request: Parameters<typeof update>): Sent[] => {
    const sent: Sent[] = [];
    offers.receive(update(...request), { send: (...told: Sent) => sent.push(told) } as unknown as SrfResponse);
    return sent;
  };
  return { events, offers, receive };
};

it('hands an offer to the session layer, and answers with what that says', () => {
  const { events, offers, receive } = start();
  const sent = receive('v=0 new');
  const [event] = events;
  expect(event).toMatchObject({ type: 'sip.offered', leg: 'leg', method: 'update', sdp: 'v=0 new' });
  expect(sent).toEqual([]);
  const offerId = event?.type === 'sip.offered' ? event.offerId : '';
  expect(offers.respond(offerId, 200, 'v=0 answer')).toBe(true);
  expect(sent).toMatchObject([[200, { headers: { 'Content-Type': 'application/sdp' }, body: 'v=0 answer' }]]);
  expect(offers.respond(offerId, 200)).toBe(false);
});

it('puts a second offer off while the first has no answer (RFC 3311 5.2)', () => {
  const { events, receive } = start();
  receive('v=0 first');
  expect(receive('v=0 second')).toMatchObject([[500, { headers: { 'Retry-After': '2' } }]]);
  expect(events).toHaveLength(1);
});

it.each([
  ['a refresh', [''], 200, {}],
  [
    'a refresh with an interval',
    ['', 'Supported: timer', 'Session-Expires: 600'],
    200,
    { 'Session-Expires': '600;refresher=uac' },
  ],
  ['an interval that is too small', ['', 'Supported: timer', 'Session-Expires: 30'], 422, { 'Min-SE': '90' }],
  ['an extension that nobody knows', ['v=0', 'Require: what'], 420, { Unsupported: 'what' }],
] as const)('answers %s by itself', (_name, [body, ...headers], status, answered) => {
  const { events, receive } = start();
  expect(receive(body, ...headers)).toMatchObject([[status, { headers: answered }]]);
  expect(events).toEqual([]);
});
