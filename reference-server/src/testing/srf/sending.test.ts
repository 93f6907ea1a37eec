import { expect, it } from 'vitest';
import { finalOf } from './app.ts';
import { app, engine, fastTimers, pair, quiet, sdp, uriOf } from './world.ts';

it('sends through an outbound proxy without changing the Request-URI', async () => {
  const { near, far, caller, callee } = await pair();
  const uris: string[] = [];
  callee.options((request, response) => {
    uris.push(request.uri);
    response.send(200);
  });
  const sent = await caller.request('sip:bob@example.invalid', { method: 'OPTIONS', proxy: uriOf(far) });
  expect((await finalOf(sent)).status).toBe(200);
  expect(uris).toEqual(['sip:bob@example.invalid']);
  await quiet(near, far);
});

it('answers 408 for a callee that is not there', async () => {
  const { near, caller } = await pair(fastTimers);
  const refusal = await caller
    .createUAC('sip:nobody@127.0.0.1:9;transport=udp', { localSdp: sdp(5000) })
    .catch((error) => error);
  expect(refusal.status).toBe(408);
  await quiet(near);
});

it('answers 503 for a callee that refuses the connection', async () => {
  const { near, caller } = await pair();
  const refusal = await caller
    .createUAC('sip:nobody@127.0.0.1:9;transport=tcp', { localSdp: sdp(5000) })
    .catch((error) => error);
  expect(refusal.status).toBe(503);
  await quiet(near);
});

it('sends what is too large for a datagram by TCP, and by UDP where TCP is refused', async () => {
  const { near, far, caller, callee } = await pair();
  const udpOnly = await engine({ sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });
  const other = await app(udpOnly);
  const ways: string[] = [];
  for (const each of [callee, other]) {
    each.message((request, response) => {
      ways.push(`${request.protocol} ${request.body.length}`);
      response.send(200);
    });
  }
  // The far engine listens on different ports for UDP and TCP: its TCP port stands for one that has both.
  const both = uriOf(far, 'bob', 'tcp').replace(';transport=tcp', '');
  const options = { method: 'MESSAGE', headers: { 'Content-Type': 'text/plain' }, body: 'x'.repeat(2000) };
  expect((await finalOf(await caller.request(both, { ...options }))).status).toBe(200);
  expect((await finalOf(await caller.request(uriOf(udpOnly), { ...options }))).status).toBe(200);
  expect(ways).toEqual(['tcp 2000', 'udp 2000']);
  await quiet(near, far, udpOnly);
});

it('listens on the wildcard address and names the one that the caller can reach', async () => {
  const near = await engine();
  const far = await engine({ sip: [{ protocol: 'udp', host: '0.0.0.0', port: 0 }] });
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  const received: string[] = [];
  callee.invite((request, response) => {
    received.push(request.receivedOn);
    void callee.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const port = far.sipAddresses[0]?.port;
  const dialog = await caller.createUAC(`sip:bob@127.0.0.1:${port}`, { localSdp: sdp(5000) });
  expect(dialog.remote.uri).toBe(`sip:127.0.0.1:${port}`);
  expect(received).toEqual([`127.0.0.1:${port}`]);
  await dialog.destroy();
  await quiet(near, far);
});

it('finds the callee by name through a resolver', async () => {
  const far = await engine();
  const asked: string[] = [];
  const near = await engine({
    resolve: async (host) => {
      asked.push(host);
      return host === 'bob.test' ? ['127.0.0.1'] : [];
    },
  });
  const [caller, callee] = await Promise.all([app(near), app(far)]);
  callee.options((_, response) => response.send(200));
  const uri = uriOf(far).replace('127.0.0.1', 'bob.test');
  expect((await finalOf(await caller.request(uri, { method: 'OPTIONS' }))).status).toBe(200);
  await expect(caller.request('sip:x@nowhere.test', { method: 'OPTIONS' })).rejects.toThrow(
    'cannot resolve nowhere.test',
  );
  expect(asked).toEqual(['bob.test', 'nowhere.test']);
  await quiet(near, far);
});
