/** Signalling on the embedded engine; the phone is another drachtio-srf application on an engine of its own. */
import { expect, onTestFinished } from 'vitest';
import type { LegId, TraceId } from '../../session/ids.ts';
import type { InboundCall, OutboundInvite, SipEvent } from '../../session/ports/sip.ts';
import { createFakeClock, type FakeClock } from '../../session/testing/fake-clock.ts';
import type { SipEngine } from '../../sip-engine/engine.ts';
import type { SrfApp } from '../../testing/srf/app.ts';
import { app, engine, sdp, secret, until, uriOf } from '../../testing/srf/world.ts';
import { createSignalling, type Signalling, type SignallingOptions } from '../signalling.ts';

export interface Bench {
  readonly near: SipEngine;
  readonly far: SipEngine;
  readonly phone: SrfApp;
  readonly port: Signalling;
  readonly clock: FakeClock;
  readonly events: SipEvent[];
  readonly types: () => readonly string[];
  readonly event: <T extends SipEvent['type']>(type: T) => Promise<Extract<SipEvent, { type: T }>>;
  readonly incoming: () => Promise<InboundCall>;
  /** Nothing is left of any call on either side. */
  readonly over: () => Promise<void>;
}

type Wishes = Pick<SignallingOptions, 'minSe' | 'lacking'> & {
  /** The phone's engine is the outbound proxy. */
  readonly viaFar?: boolean;
};

export const silent = { info: () => {}, warn: () => {}, error: () => {} };

export const start = async (ours = engine(), { viaFar, ...options }: Wishes = {}): Promise<Bench> => {
  const [near, far] = await Promise.all([ours, engine()]);
  const phone = await app(far);
  const events: SipEvent[] = [];
  const clock = createFakeClock();
  let legs = 0;
  const port = createSignalling({
    ...options,
    ...(viaFar && { outboundProxy: { host: '127.0.0.1', port: Number(/:(\d+)/.exec(uriOf(far, ''))?.[1]) } }),
    drachtio: [{ ...near.appAddress, secret }],
    dispatch: (event) => events.push(event),
    log: silent,
    clock,
    newLegId: () => {
      legs += 1;
      return `leg-${legs}` as LegId;
    },
  });
  await port.connected(10);
  onTestFinished(() => port.close());
  const event: Bench['event'] = async (type) => {
    const find = () => events.find((each) => each.type === type);
    await until(() => expect(find()).toBeDefined());
    return find() as never;
  };
  return {
    near,
    far,
    phone,
    port,
    clock,
    events,
    types: () => events.map(({ type }) => type),
    event,
    incoming: async () => (await event('sip.incoming')).call,
    over: async () => {
      await until(() => expect(port.stats()).toMatchObject({ legs: 0, lingering: 0 }));
      expect(clock.pending()).toBe(0);
      // Transactions that only absorb retransmissions may stay; the engine's own tests see them go.
      const nothing = { dialogs: 0, pending: 0, proxies: 0, timers: 0 };
      for (const each of [near, far]) await until(() => expect(each.stats()).toMatchObject(nothing));
    },
  };
};

export const leg = 'out' as LegId;
export const invite = (far: SipEngine, patch: Partial<OutboundInvite> = {}): OutboundInvite => ({
  uri: uriOf(far, 'bob'),
  sdp: sdp(4000),
  fromUser: '+4670',
  fromHost: 'demo.example',
  private: false,
  headers: [],
  traceId: 'd9b15290-fa96-11ef-a9c8-631ff62a0f63' as TraceId,
  ...patch,
});

const copied = (request: string, ...names: string[]) =>
  request.split('\r\n').filter((line) => names.some((name) => line.toLowerCase().startsWith(`${name}:`)));
export const reply = (request: string, status: string, body = '', extra: readonly string[] = []) => {
  const tagged = copied(request, 'via', 'from', 'to', 'call-id', 'cseq').map((line) =>
    /^to:/i.test(line) && !line.includes('tag=') ? `${line};tag=phone` : line,
  );
  return [`SIP/2.0 ${status}`, ...tagged, ...extra, `Content-Length: ${body.length}`, '', body].join('\r\n');
};
