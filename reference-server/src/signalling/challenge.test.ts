/** Outbound calls that are challenged, on the embedded engine against another drachtio-srf application. */
import { expect, it, onTestFinished } from 'vitest';
import type { LegId, TraceId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import { createFakeClock } from '../session/testing/fake-clock.ts';
import { app, engine, sdp, secret, until, uriOf } from '../testing/srf/world.ts';
import { createSignalling, type SignallingOptions } from './signalling.ts';

const leg = 'out' as LegId;
const digest = (nonce: string, more = '') => `Digest realm="r", nonce="${nonce}", qop="auth"${more}`;

/** A call to somebody who gives these statuses to its INVITEs, one after the other. */
async function call(
  statuses: readonly (readonly [status: number, header: string, challenge: string] | 200)[],
  credentials: SignallingOptions['credentials'] = () => ({ username: 'u', password: 'p' }),
) {
  const [near, far] = await Promise.all([engine(), engine()]);
  const phone = await app(far);
  const events: SipEvent[] = [];
  const port = createSignalling({
    drachtio: [{ ...near.appAddress, secret }],
    dispatch: (event) => events.push(event),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock: createFakeClock(),
    newLegId: () => 'in' as LegId,
    credentials,
  });
  onTestFinished(() => port.close());
  await port.connected(10);
  const invites: { readonly [name: string]: string }[] = [];
  phone.invite((request, response) => {
    const names = ['authorization', 'proxy-authorization', 'cseq', 'call-id', 'from', 'to'];
    invites.push(Object.fromEntries(names.map((name) => [name, request.get(name) ?? ''])));
    const next = statuses[invites.length - 1] ?? 500;
    if (next === 200) void phone.createUAS(request, response, { localSdp: sdp(5000) });
    else if (typeof next === 'number') response.send(next);
    else response.send(next[0], { headers: { [next[1]]: next[2] } });
  });
  port.invite(leg, {
    ...{ uri: uriOf(far, 'bob'), sdp: sdp(4000), fromUser: '1', fromHost: 'Demo.example' },
    ...{ private: false, headers: [], traceId: 'd9b15290-fa96-11ef-a9c8-631ff62a0f63' as TraceId },
  });
  await until(() => expect(events.some(({ type }) => type === 'sip.answered' || type === 'sip.failed')).toBe(true));
  const end = events.at(-1);
  port.hangup(leg);
  await until(() => expect(port.stats()).toMatchObject({ legs: 0, lingering: 0 }));
  return { invites, end, types: events.map(({ type }) => type) };
}

it.each([
  [401, 'WWW-Authenticate', 'authorization'],
  [407, 'Proxy-Authenticate', 'proxy-authorization'],
] as const)('answers a %d in the same call, with the next number', async (status, header, answer) => {
  const { invites, types } = await call([[status, header, digest('n')], 200]);
  expect(types).toEqual(['sip.answered']);
  const [first = {}, second = {}] = invites;
  expect(first[answer]).toBe('');
  expect(second[answer]).toMatch(/^Digest username="u", realm="r", nonce="n", uri="sip:bob@/);
  for (const same of ['call-id', 'from', 'to']) expect(second[same]).toBe(first[same]);
  expect(Number.parseInt(second.cseq ?? '', 10)).toBe(Number.parseInt(first.cseq ?? '', 10) + 1);
});

it('answers a proxy and the one behind it', async () => {
  const { invites, types } = await call([
    [407, 'Proxy-Authenticate', digest('p')],
    [401, 'WWW-Authenticate', digest('w')],
    200,
  ]);
  expect(types).toEqual(['sip.answered']);
  expect(invites[2]).toMatchObject({
    authorization: expect.stringContaining('nonce="w"'),
    'proxy-authorization': expect.stringContaining('nc=00000002'),
  });
});

it('gives up, with the status that it got, when the credentials are wrong', async () => {
  const { invites, end } = await call([
    [401, 'WWW-Authenticate', digest('1')],
    [401, 'WWW-Authenticate', digest('2')],
  ]);
  expect(invites).toHaveLength(2);
  expect(end).toMatchObject({ type: 'sip.failed', status: 401 });
});

it('gives up at once without credentials, and tells who asked', async () => {
  const asked: unknown[] = [];
  const { invites, end } = await call([[407, 'Proxy-Authenticate', digest('1')]], (who) => {
    asked.push(who);
    return undefined;
  });
  expect(invites).toHaveLength(1);
  expect(end).toMatchObject({ type: 'sip.failed', status: 407 });
  expect(asked).toEqual([{ tenant: 'Demo.example', host: '127.0.0.1', realm: 'r' }]);
});
