/** What the order of messages in a dialog means, with a dialog that says what the test wants. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { LegId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { DialogLeg } from './dialog-leg.ts';
import { extensions } from './refusal.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf.ts';

const message = (method: string, cseq: number, body = ''): SrfRequest => {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const lines = [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:c@d>;tag=2',
    'Call-ID: x',
    `CSeq: ${cseq} ${method === 'ACK' ? 'ACK' : method}`,
    ...type,
    `Content-Length: ${body.length}`,
  ];
  const raw = [...lines, '', body].join('\r\n');
  const get = (name: string) => (name === 'cseq' ? `${cseq} ${method}` : undefined);
  return Object.assign(new EventEmitter(), { method, raw, get }) as unknown as SrfRequest;
};

const start = () => {
  const requests: object[] = [];
  const agent = { request: (options: object) => void requests.push(options) };
  const dialog = Object.assign(new EventEmitter(), { local: {}, agent }) as unknown as SrfDialog;
  const events: SipEvent[] = [];
  const sent: number[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const context = {
    ...{ log, clock: createFakeClock(), minSe: 90, extensions, traceHeader: 'X', sessionExpires: 0 },
    dispatch: (event: SipEvent) => events.push(event),
    credentials: () => undefined,
    newNonce: () => '',
    forget: () => {},
    linger: () => () => {},
  };
  const leg = new DialogLeg(context, 'leg' as LegId, dialog, true);
  const response = { send: (status: number) => sent.push(status) } as unknown as SrfResponse;
  return { dialog, requests, events, sent, leg, response };
};

it('takes the answer from the ACK of the re-INVITE that asked for our offer, not from one before that comes late', () => {
  const { dialog, events, sent, leg, response } = start();
  dialog.emit('modify', message('INVITE', 2, 'v=0'), response);
  leg.respondOffer('1', 200, 'v=0 answer');
  dialog.emit('modify', message('INVITE', 3), response);
  leg.respondOffer('2', 200, 'v=0 offer');
  expect(sent).toEqual([200, 200]);
  dialog.emit('ack', message('ACK', 2));
  expect(events.filter(({ type }) => type === 'sip.confirmed')).toEqual([]);
  dialog.emit('ack', message('ACK', 3, 'v=0 theirs'));
  expect(events.at(-1)).toEqual({ type: 'sip.confirmed', leg: 'leg', sdp: 'v=0 theirs' });
});

it('counts a re-INVITE of ours as crossed while an offer of the far end has no answer (RFC 3261 section 14.1)', () => {
  const { dialog, requests, events, sent, leg, response } = start();
  dialog.emit('modify', message('INVITE', 2, 'v=0'), response);
  leg.reoffer('v=0 ours');
  expect(requests).toEqual([]);
  expect(events.at(-1)).toEqual({ type: 'sip.reoffered', leg: 'leg', status: 491 });
  leg.respondOffer('1', 200, 'v=0 answer');
  leg.reoffer('v=0 ours');
  expect(sent).toEqual([200]);
  expect(requests).toMatchObject([{ method: 'INVITE', body: 'v=0 ours' }]);
});

// A drachtio-server passes them on as they come.
it.each([
  ['info', 'INFO'],
  ['update', 'UPDATE'],
  ['modify', 'INVITE'],
])('refuses %s when a later request has overtaken (RFC 3261 section 12.2.2)', (event, method) => {
  const { dialog, events, sent, response } = start();
  dialog.emit('info', message('INFO', 20), response);
  dialog.emit(event, message(method, 10), response);
  expect(sent).toEqual([200, 500]);
  expect(events).toEqual([]);
  dialog.emit('info', message('INFO', 21), response);
  expect(sent).toEqual([200, 500, 200]);
});
