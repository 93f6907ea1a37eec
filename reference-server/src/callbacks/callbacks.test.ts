import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../session/ids.ts';
import { type CallbackBench, openCallbackBench, request } from '../testing/callback-bench.ts';

let bench: CallbackBench;
beforeEach(async () => {
  bench = await openCallbackBench();
});
afterEach(() => bench.close());

describe('where callbacks go', () => {
  it.each([
    ['default instance', 'newCall', {}, '/hooks/newCall'],
    ['named instance', 'newCall', { instance: 'survey' }, '/survey/newCall'],
    ['alarm', 'alarm', {}, '/pager?who=ops'],
  ] as const)('%s', async (_name, name, more, path) => {
    expect((await bench.ask(name, more)).ok).toBe(true);
    expect(bench.paths()).toEqual([path]);
  });

  it('the base URL of the request wins', async () => {
    await bench.ask('callAnswered', { baseUrl: `http://127.0.0.1:${bench.port}/device` });
    expect(bench.paths()).toEqual(['/device/callAnswered']);
  });

  it.each([
    ['unknown instance', request('newCall', { instance: 'none' }), /no instance none/],
    ['unknown domain', request('newCall', { domain: 'x' }), /no domain x/],
    ['domain without alarmUrl', request('alarm', { domain: 'silent.example' }), /no alarmUrl/],
    ['base URL that is none', request('newCall', { baseUrl: 'nowhere' }), /no URL/],
  ])('%s is a failure', async (_name, sent, detail) => {
    bench.callbacks.send(sent);
    expect(await bench.resultOf(sent.token)).toMatchObject({
      ok: false,
      cause: 'connection',
      detail: expect.stringMatching(detail),
    });
    expect(bench.received).toEqual([]);
  });

  it('sends JSON without the properties that have no value', async () => {
    await bench.ask('newCall', { body: { a: 1, gone: undefined, none: null, deep: { text: 'å' } } });
    expect(bench.received[0]).toMatchObject({
      body: '{"a":1,"none":null,"deep":{"text":"å"}}',
      type: 'application/json',
    });
  });
});

describe('order', () => {
  /** Holds every answer back until the test lets it go. */
  const hold = (): (() => void)[] => {
    const held: (() => void)[] = [];
    bench.answer = (response) => held.push(() => response.end('{}'));
    return held;
  };

  it('one session: one at a time, in the order they were given', async () => {
    await bench.use({}, { timeoutSeconds: 5 });
    const held = hold();
    const sent = (['newCall', 'callNotify', 'callAnswered'] as const).map((name) => request(name));
    sent.forEach(bench.callbacks.send);
    for (let arrived = 1; arrived <= 3; arrived++) {
      await expect.poll(() => held.length, { interval: 5 }).toBe(arrived);
      expect(bench.callbacks.stats()).toMatchObject({ waiting: 3 - arrived, underWay: 1 });
      held[arrived - 1]?.();
      await bench.resultOf(sent[arrived - 1]?.token ?? '');
    }
    expect(bench.paths()).toEqual(['/hooks/newCall', '/hooks/callNotify', '/hooks/callAnswered']);
    expect(bench.events.map(({ token }) => token)).toEqual(sent.map(({ token }) => token));
    expect(bench.callbacks.stats()).toMatchObject({ waiting: 0, underWay: 0 });
  });

  it('sessions and alarms do not wait for each other', async () => {
    await bench.use({}, { timeoutSeconds: 5 });
    const held = hold();
    for (const session of ['a', 'b', 'c']) bench.callbacks.send(request('newCall', { session: session as SessionId }));
    bench.callbacks.send(request('alarm', { session: 'a' as SessionId }));
    await expect.poll(() => held.length, { interval: 5 }).toBe(4);
    for (const release of held) release();
    await expect.poll(() => bench.events.length, { interval: 5 }).toBe(4);
  });

  it('a failure does not stop those behind it', async () => {
    bench.answer = (response) => (bench.received.length === 1 ? response.socket?.destroy() : response.end('{}'));
    const [first, second] = [request('newCall'), request('getIvrCommand')];
    bench.callbacks.send(first);
    bench.callbacks.send(second);
    expect(await bench.resultOf(second.token)).toMatchObject({ ok: true });
    expect(bench.events[0]).toMatchObject({ token: first.token, result: { ok: false } });
  });

  it('forget drops what waits, abandons what is under way and tells of neither', async () => {
    await bench.use({}, { timeoutSeconds: 5 });
    const held = hold();
    bench.callbacks.send(request('newCall'));
    bench.callbacks.send(request('callNotify'));
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    bench.callbacks.forget('s1' as SessionId);
    const other = request('newCall', { session: 's2' as SessionId });
    bench.callbacks.send(other);
    await expect.poll(() => held.length, { interval: 5 }).toBe(2);
    held[1]?.();
    await bench.resultOf(other.token);
    expect(bench.paths()).toEqual(['/hooks/newCall', '/hooks/newCall']);
    expect(bench.events).toHaveLength(1);
    expect(bench.callbacks.stats()).toMatchObject({ waiting: 0, underWay: 0 });
  });

  it('forget leaves the alarms of the session alone', async () => {
    await bench.use({}, { timeoutSeconds: 5 });
    const held = hold();
    const alarm = request('alarm');
    bench.callbacks.send(alarm);
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    bench.callbacks.forget('s1' as SessionId);
    held[0]?.();
    expect(await bench.resultOf(alarm.token)).toMatchObject({ ok: true });
  });

  it('a lane is bounded', async () => {
    await bench.use({ maxWaiting: 2 }, { timeoutSeconds: 5 });
    hold();
    const sent = [1, 2, 3, 4].map(() => request('callNotify'));
    sent.forEach(bench.callbacks.send);
    expect(await bench.resultOf(sent[3]?.token ?? '')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/waiting already/),
    });
    expect(bench.callbacks.stats().waiting).toBe(2);
  });
});

describe('connections', () => {
  it('are kept open: fifty callbacks of one session need one', async () => {
    for (let i = 0; i < 50; i++) expect((await bench.ask('getIvrCommand')).ok).toBe(true);
    expect(bench.connections).toBe(1);
    expect(bench.callbacks.stats().connections).toBe(1);
  });

  it('are bounded: twenty sessions share the four that are allowed', async () => {
    await bench.use({ connections: 4 }, { timeoutSeconds: 5 });
    const sent = Array.from({ length: 20 }, (_, i) => request('newCall', { session: `s${i}` as SessionId }));
    sent.forEach(bench.callbacks.send);
    await expect.poll(() => bench.events.filter(({ result }) => result.ok).length, { interval: 5 }).toBe(20);
    expect(bench.connections).toBeLessThanOrEqual(4);
  });

  it('are closed when nothing has been sent for a while, whatever the application offers', async () => {
    await bench.use({ idleMs: 100 });
    bench.answer = (response) => response.setHeader('keep-alive', 'timeout=600').end('{}');
    expect((await bench.ask('newCall')).ok).toBe(true);
    expect(bench.callbacks.stats().connections).toBe(1);
    await expect.poll(() => bench.callbacks.stats().connections, { timeout: 5_000 }).toBe(0);
    expect((await bench.ask('newCall')).ok).toBe(true);
    expect(bench.connections).toBe(2);
  });

  it('are closed with the port, which first lets its requests end', async () => {
    const held: (() => void)[] = [];
    bench.answer = (response) => held.push(() => response.end('{}'));
    const sent = request('sessionCompleted');
    bench.callbacks.send(sent);
    await expect.poll(() => held.length, { interval: 5 }).toBe(1);
    const closed = bench.callbacks.close(5_000);
    held[0]?.();
    await closed;
    expect(bench.events).toMatchObject([{ token: sent.token, result: { ok: true } }]);
    bench.callbacks.send(request('callNotify'));
    expect(bench.callbacks.stats()).toEqual({ waiting: 0, underWay: 0, connections: 0 });
  });
});
