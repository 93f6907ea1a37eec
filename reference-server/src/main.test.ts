import type { AddressInfo } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mintToken } from './api/token.ts';
import { checkSettings } from './config/load.ts';
import type { Config } from './config/types.ts';
import { createServer, type Server } from './main.ts';
import type { FreeSwitchEngineOptions } from './media/freeswitch/create.ts';
import type { LegId } from './session/ids.ts';
import { type FakeWorld, fakeWorld, inboundCall } from './testing/fake-parts.ts';
import { startWebhookApp, type WebhookApp } from './testing/webhook-app.ts';

let app: WebhookApp;
let world: FakeWorld;
let server: Server | undefined;
const secret = 's'.repeat(32);

beforeEach(async () => {
  app = await startWebhookApp();
  world = fakeWorld();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await app.close();
});

async function configure(settings: object = {}): Promise<Config> {
  const domain = {
    name: 'a.example',
    auth: { secret },
    callbacks: { baseUrl: app.url },
    alarmUrl: `${app.url}/alarm`,
  };
  const tree = { domains: [domain], http: { port: 0 }, ...settings };
  const overrides = Object.entries(tree).map(([key, value]) => ({ option: 'test', path: [key], value }));
  const raw = await checkSettings({ environment: {}, overrides });
  return { ...raw, replySecret: 'r'.repeat(32) };
}

async function start(settings: object = {}): Promise<{ server: Server; config: Config; url: string }> {
  const config = await configure(settings);
  server = await createServer(config, world.parts);
  return { server, config, url: `http://127.0.0.1:${server.addresses.http.port}` };
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

async function place(url: string, config: Config): Promise<Response> {
  const token = await mintToken(config, undefined, 60, new Date());
  return fetch(`${url}/a.example/placeivrcall`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ destAddr: 'sip:bob@192.0.2.1' }),
  });
}

describe('a server', () => {
  it('asks the application about a call and does as it says', async () => {
    await start();
    app.answer = ({ name }) => (name === 'newCall' ? { action: 'drop', dropCode: 'busy' } : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    expect((await app.next('newCall')).body).toMatchObject({
      calledParty: '1000',
      callingParty: '2000',
      ivrServer: '127.0.0.1',
    });
    expect((await app.next('sessionCompleted')).body).toMatchObject({ domain: 'a.example', reason: 'rejected' });
    expect(world.told).toContain('reject leg1 486');
  });

  it('has its media made by the FreeSWITCHes of the settings, whose calls its own SIP engine carries', async () => {
    const named = { host: '192.0.2.20', port: 8021, secret: 'ClueCon' };
    const config = await configure({ freeswitch: { servers: [named] }, media: { codecs: ['PCMA', 'GSM'] } });
    const given: FreeSwitchEngineOptions[] = [];
    const { media, ...parts } = world.parts;
    if (media === undefined) throw new Error('the fake world has no media');
    server = await createServer(config, {
      ...parts,
      media: () => Promise.reject(new Error('not asked for')),
      freeswitch: async (options) => {
        given.push(options);
        return media({ ...options, address: '', portRange: { from: 0, to: 0 }, workers: 1 });
      },
    });
    expect(given).toHaveLength(1);
    expect(given[0]).toMatchObject({
      servers: [{ ...named, profile: 'drachtio_mrf', listenAddress: '127.0.0.1' }],
      sip: [{ port: expect.any(Number), secret: expect.any(String) }],
      directory: '/tmp/mediaservice-freeswitch',
      codecs: ['PCMA', 'GSM'],
    });
    app.answer = ({ name }) => (name === 'newCall' ? { action: 'drop', dropCode: 'busy' } : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    await app.next('sessionCompleted');
  });

  it('raises an alarm when the application is down, and the caller gets an answer', async () => {
    await start();
    app.answer = ({ name }) => (name === 'newCall' ? [] : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    expect((await app.next('alarm')).body).toMatchObject({ type: 'newCallEventError', domain: 'a.example' });
    await expect.poll(() => world.told).toContain('reject leg1 480');
  });

  it('counts calls, sessions, callbacks, alarms and requests', async () => {
    const { url } = await start();
    app.answer = ({ name }) => (name === 'newCall' ? { action: 'drop' } : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    await app.next('sessionCompleted');
    await statusOf(`${url}/nowhere`);
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    await expect.poll(metrics).toContain('mediaservice_sessions 0');
    const text = await metrics();
    for (const line of [
      'mediaservice_calls_total{direction="inbound",domain="a.example"} 1',
      'mediaservice_session_seconds_count{reason="rejected",domain="a.example"} 1',
      'mediaservice_callback_seconds_count{name="newCall",domain="a.example",result="ok"} 1',
      'mediaservice_rest_request_seconds_count{operation="none",status="404"} 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('counts the connections to its REST port, but not the one that asks', async () => {
    const { server } = await start();
    const { host, port } = server.addresses.http;
    const sockets = async () => {
      const { body } = await request(`http://${host}:${port}/metrics`, { reset: true });
      return /^mediaservice_rest_sockets (\d+)$/m.exec(await body.text())?.[1];
    };
    await expect.poll(sockets).toBe('0');
    const idle = connect(port, host);
    await expect.poll(sockets).toBe('1');
    idle.destroy();
    await expect.poll(sockets).toBe('0');
  });

  it('takes outbound calls through REST with a token that it made itself', async () => {
    const { url, config } = await start();
    const response = await place(url, config);
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
    await expect.poll(() => world.told.some((line) => line.startsWith('invite '))).toBe(true);
  });

  it('is full at its limit: 503 for calls, REST and /readyz, then free again', async () => {
    const { url, config } = await start({ limits: { sessions: 1 } });
    let release: (answer: { action: string }) => void = () => {};
    app.answer = ({ name }) => (name === 'newCall' ? new Promise((resolve) => (release = resolve)) : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    await app.next('newCall');
    expect(await statusOf(`${url}/readyz`)).toBe(503);
    expect((await place(url, config)).status).toBe(503);
    world.sip(inboundCall('leg2', 'a.example'));
    world.sip(inboundCall('leg3', 'nowhere.example'));
    expect(world.told).toEqual(['reject leg2 503', 'reject leg3 404']);
    release({ action: 'drop' });
    await app.next('sessionCompleted');
    await expect.poll(() => statusOf(`${url}/readyz`)).toBe(200);
  });
});

describe('stopping', () => {
  it('lets calls end first, refusing new ones meanwhile', async () => {
    const { server, url, config } = await start();
    let release: (answer: { action: string }) => void = () => {};
    app.answer = ({ name }) => (name === 'newCall' ? new Promise((resolve) => (release = resolve)) : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    await app.next('newCall');

    const drained = server.drain(30);
    expect([await statusOf(`${url}/readyz`), await statusOf(`${url}/healthz`)]).toEqual([503, 200]);
    expect((await place(url, config)).status).toBe(503);
    world.sip(inboundCall('leg2', 'a.example'));
    expect(world.told).toEqual(['reject leg2 503']);

    release({ action: 'drop' });
    expect(await drained).toBe(0);
    expect(app.received.map(({ name }) => name)).toEqual(['newCall', 'sessionCompleted']);
    await server.close();
    await server.close();
    expect(world.closed).toEqual(['signalling', 'media', 'engine', 'tts']);
  });

  it('waits no longer than it is told to', async () => {
    const { server } = await start();
    app.answer = ({ name }) => (name === 'newCall' ? new Promise(() => {}) : undefined);
    world.sip(inboundCall('leg1', 'a.example'));
    await app.next('newCall');
    expect(await server.drain(0.05)).toBe(1);
    await server.close();
    expect(world.told).toEqual(['reject leg1 503']);
  });
});

describe('a start that fails', () => {
  it('names the port in use and leaves nothing open', async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(createServer(await configure({ http: { port } }), world.parts)).rejects.toThrow(
      `tcp:127.0.0.1:${port} is already in use.`,
    );
    expect(world.closed).toEqual(['signalling', 'media', 'engine', 'tts']);
    other.close();
  });
});

describe('legs', () => {
  it('that nobody knows change nothing', async () => {
    const { server } = await start();
    world.sip({ type: 'sip.cancelled', leg: 'nobody' as LegId });
    expect(server.stats()).toEqual({ sessions: 0, legs: 0, connections: 0, timers: 0 });
  });
});
