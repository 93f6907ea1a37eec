import { expect, onTestFinished, vi } from 'vitest';
import { type SipEngine, type SipEngineOptions, startSipEngine } from '../../sip-engine/engine.ts';
import { connectApp, newApp, type SrfApp } from './app.ts';

export const secret = 'opensesame';

/**
 * Timers a fiftieth of the usual, for what waits for one to run out: 64·T1 is less than a second. All else runs on the usual
 * ones, so that a busy machine is not taken for a network that loses an ACK.
 */
export const fastTimers = { timers: { t1: 10, t2: 40, t4: 20, d: 40 } };

export const sdp = (port: number): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=sendrecv\r\n`;

/** Waits until an assertion holds. */
export const until = (check: () => void, timeout = 8000): Promise<void> => vi.waitFor(check, { timeout, interval: 5 });

/** An engine on loopback, closed when the test ends. */
export async function engine(options: Partial<SipEngineOptions> = {}): Promise<SipEngine> {
  const started = await startSipEngine({
    sip: [
      { protocol: 'udp', host: '127.0.0.1', port: 0 },
      { protocol: 'tcp', host: '127.0.0.1', port: 0 },
    ],
    app: { host: '127.0.0.1', port: 0, secret },
    log: { info: () => {}, warn: (fields, message) => faults.push({ fields, message }) },
    ...options,
  });
  onTestFinished(async () => {
    await started.close();
    if (faults.length > 0) throw new Error(`the engine logged ${JSON.stringify(faults.splice(0), replaceErrors)}`);
  });
  return started;
}

const faults: { fields: object; message: string }[] = [];

const replaceErrors = (_: string, value: unknown) => (value instanceof Error ? value.stack : value);

/** An application on an engine, disconnected when the test ends. */
export async function app(on: SipEngine, tags?: string[]): Promise<SrfApp> {
  const srf = newApp(tags);
  await connectApp(srf, on.appAddress, secret);
  onTestFinished(() => {
    if (on.stats().apps > 0) srf.disconnect();
  });
  return srf;
}

/** URI of an engine. */
export function uriOf(of: SipEngine, user = 'callee', protocol: 'udp' | 'tcp' = 'udp'): string {
  const address = of.sipAddresses.find((each) => each.protocol === protocol);
  if (address === undefined) throw new Error(`the engine does not listen on ${protocol}`);
  return `sip:${user}@${address.address}:${address.port}${protocol === 'tcp' ? ';transport=tcp' : ''}`;
}

/** Waits until an engine holds nothing of any call but transactions that absorb what is repeated. */
export async function quiet(...engines: SipEngine[]): Promise<void> {
  for (const each of engines) {
    await until(() => {
      const { dialogs, pending, timers } = each.stats();
      expect({ dialogs, pending, timers }).toEqual({ dialogs: 0, pending: 0, timers: 0 });
    });
  }
}

/** Waits until an engine holds nothing at all; with timers that run out soon. */
export async function empty(...engines: SipEngine[]): Promise<void> {
  await quiet(...engines);
  for (const each of engines) {
    await until(() => {
      const { transactions, proxies } = each.stats();
      expect({ transactions, proxies }).toEqual({ transactions: 0, proxies: 0 });
    });
  }
}

export interface Pair {
  near: SipEngine;
  far: SipEngine;
  caller: SrfApp;
  callee: SrfApp;
}

/** Two engines with an application each. */
export async function pair(options: Partial<SipEngineOptions> = {}): Promise<Pair> {
  const [near, far] = await Promise.all([engine(options), engine(options)]);
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  return { near, far, caller, callee };
}
