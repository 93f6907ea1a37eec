/** An INVITE that is sent again, with a library that says what the test wants. */
import { expect, it } from 'vitest';
import type { LegId, TraceId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { OutboundLeg } from './outbound-leg.ts';
import { extensions } from './refusal.ts';
import type { SrfApp } from './srf.ts';

const tooSmall = [
  'SIP/2.0 422 x',
  'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
  'Min-SE: 4000',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');
const invite = {
  uri: 'sip:b@c',
  sdp: 'v=0',
  fromUser: 'a',
  fromHost: 'h',
  private: false,
  headers: [],
  traceId: 'trace' as TraceId,
};

it('fails when the connection is gone by the time that the INVITE is sent again', async () => {
  const events: SipEvent[] = [];
  let again: () => void = () => undefined;
  let sent = 0;
  const srf = {
    createUAC: (...[, , , callback]: Parameters<SrfApp['createUAC']>) => {
      sent += 1;
      if (sent > 1) throw new Error('not connected');
      again = () => callback({ status: 422, res: { raw: tooSmall, get: () => undefined } });
    },
  } as unknown as SrfApp;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const context = {
    ...{ log, clock: createFakeClock(), minSe: 90, extensions, traceHeader: 'X', sessionExpires: 1_800 },
    dispatch: (event: SipEvent) => events.push(event),
    credentials: () => undefined,
    newNonce: () => '',
    forget: () => {},
    linger: () => () => {},
  };
  new OutboundLeg(context, 'leg' as LegId, srf, invite).start();
  expect(again).not.toThrow();
  await Promise.resolve();
  expect(events.map(({ type }) => type)).toEqual(['sip.failed']);
});
