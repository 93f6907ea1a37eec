import { expect, it } from 'vitest';
import type { SrfRequest } from './app.ts';
import { app, engine, fastTimers, pair, quiet, sdp, until, uriOf } from './world.ts';

it.each([{ recordRoute: true }, { recordRoute: false }])(
  'proxies a call, recordRoute $recordRoute',
  async ({ recordRoute }) => {
    const { near, far, caller, callee: proxy } = await pair();
    const end = await engine();
    const last = await app(end);
    const ended: string[] = [];
    const invites: SrfRequest[] = [];
    last.invite((request, response) => {
      invites.push(request);
      response.send(180);
      void last
        .createUAS(request, response, { localSdp: sdp(4000) })
        .then((dialog) => dialog.on('destroy', () => ended.push('last')));
    });
    const outcomes: unknown[] = [];
    proxy.invite((request) => {
      void proxy.proxyRequest(request, [uriOf(end)], { recordRoute }).then((outcome) => outcomes.push(outcome));
    });
    const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
    expect(dialog.remote.sdp).toBe(sdp(4000));
    await until(() => expect(outcomes).toMatchObject([{ connected: true, finalStatus: 200 }]));
    expect(invites[0]?.has('Record-Route')).toBe(recordRoute);
    expect(invites[0]?.get('Max-Forwards')).toBe('69');
    await dialog.modify(sdp(5001));
    await dialog.destroy();
    await until(() => expect(ended).toEqual(['last']));
    await quiet(near, far, end);
  },
);

it.each([{ forking: 'sequential' }, { forking: 'simultaneous' }])(
  'finds the one who answers, $forking',
  async ({ forking }) => {
    const { near, far, caller, callee: proxy } = await pair();
    const [busyEngine, freeEngine] = await Promise.all([engine(), engine()]);
    const [busy, free] = await Promise.all([app(busyEngine), app(freeEngine)]);
    busy.invite((_, response) => response.send(486));
    free.invite((request, response) => {
      void free.createUAS(request, response, { localSdp: sdp(4000) });
    });
    const outcomes: unknown[] = [];
    proxy.invite((request) => {
      const targets = [uriOf(busyEngine), uriOf(freeEngine)];
      void proxy.proxyRequest(request, targets, { forking }).then((outcome) => outcomes.push(outcome));
    });
    const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
    await until(() => expect(outcomes).toMatchObject([{ connected: true }]));
    await dialog.destroy();
    await quiet(near, far, busyEngine, freeEngine);
  },
);

it('cancels the others when one answers, and all when the caller cancels', async () => {
  const { near, far, caller, callee: proxy } = await pair();
  const [slowEngine, fastEngine] = await Promise.all([engine(), engine()]);
  const [slow, fast] = await Promise.all([app(slowEngine), app(fastEngine)]);
  const cancelled: string[] = [];
  slow.invite((request, response) => {
    response.send(180);
    request.on('cancel', () => cancelled.push('slow'));
  });
  fast.invite((request, response) => {
    if (request.has('X-Ring')) {
      request.on('cancel', () => cancelled.push('fast'));
      response.send(180);
    } else void fast.createUAS(request, response, { localSdp: sdp(4000) });
  });
  proxy.invite((request) => {
    const targets = [uriOf(slowEngine), uriOf(fastEngine)];
    void proxy.proxyRequest(request, targets, { forking: 'simultaneous' });
  });
  const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
  await until(() => expect(cancelled).toEqual(['slow']));
  await dialog.destroy();
  let sent: SrfRequest | undefined;
  const outcome = await caller
    .createUAC(
      uriOf(far),
      { localSdp: sdp(5000), headers: { 'X-Ring': 'yes' } },
      {
        cbRequest: (_, request) => {
          sent = request;
        },
        cbProvisional: () => {
          sent?.cancel();
          sent = undefined;
        },
      },
    )
    .catch((error) => error);
  expect(outcome.status).toBe(487);
  await until(() => expect(cancelled.toSorted()).toEqual(['fast', 'slow', 'slow']));
  await quiet(near, far, slowEngine, fastEngine);
});

it('tries the next target when one gives no sign of life', async () => {
  const { near, far, caller, callee: proxy } = await pair(fastTimers);
  const end = await engine();
  const last = await app(end);
  last.invite((_, response) => response.send(404));
  proxy.invite((request) => {
    const targets = ['sip:dead@127.0.0.1:9', uriOf(end)];
    void proxy.proxyRequest(request, targets, { provisionalTimeout: '100ms' });
  });
  const refusal = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) }).catch((error) => error);
  expect(refusal.status).toBe(404);
  await quiet(near, far, end);
});

it('follows redirects when it is told to', async () => {
  const { near, far, caller, callee: proxy } = await pair();
  const end = await engine();
  const last = await app(end);
  last.invite((request, response) => {
    if (request.uri.includes('moved')) response.send(302, { headers: { Contact: `<${uriOf(end, 'new')}>` } });
    else void last.createUAS(request, response, { localSdp: sdp(4000) });
  });
  proxy.invite((request) => {
    void proxy.proxyRequest(request, [uriOf(end, 'moved')], { followRedirects: true });
  });
  const dialog = await caller.createUAC(uriOf(far), { localSdp: sdp(5000) });
  await dialog.destroy();
  await quiet(near, far, end);
});

it('takes a request that it passed on to itself', async () => {
  const { near, far, caller, callee: proxy } = await pair();
  const uris: string[] = [];
  proxy.invite((request, response) => {
    uris.push(request.uri);
    if (request.uri.includes('first')) void proxy.proxyRequest(request, [uriOf(far, 'second')], { recordRoute: false });
    else void proxy.createUAS(request, response, { localSdp: sdp(4000) });
  });
  const dialog = await caller.createUAC(uriOf(far, 'first'), { localSdp: sdp(5000) });
  expect(uris).toEqual([uriOf(far, 'first'), uriOf(far, 'second')]);
  await dialog.destroy();
  await quiet(near, far);
});

it('refuses a request that comes back unchanged', async () => {
  const { near, far, caller, callee: proxy } = await pair();
  proxy.invite((request) => void proxy.proxyRequest(request, [uriOf(far, 'same')]));
  const refusal = await caller.createUAC(uriOf(far, 'same'), { localSdp: sdp(5000) }).catch((error) => error);
  expect(refusal.status).toBe(482);
  await quiet(near, far);
});
