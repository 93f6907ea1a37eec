/** From one node to another over HTTP, each with an API of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusals } from '../api/errors.ts';
import type { ParticipantId } from '../session/ids.ts';
import type { Operation, OperationOutcome } from '../session/ports/operation.ts';
import { type ApiHarness, domainTree, startApi } from '../testing/api-harness.ts';
import { createDoor } from './door.ts';
import { createForwarder, doorPath, type Forwarder } from './forward.ts';
import { createPasses } from './pass.ts';

const keyOf = (letter: string) => new TextEncoder().encode(letter.repeat(32));
const minutes = 60_000;
const now =
  (skew = 0) =>
  () =>
    new Date(Date.now() + skew);
const operation: Operation = {
  name: 'hangupCall',
  domain: 'a.example',
  body: { replyId: 'r', deep: { ü: [1, null] } },
};

let api: ApiHarness;
let operated: Operation[];
let outcome: OperationOutcome;
const logged: unknown[] = [];
let forwarders: Forwarder[] = [];
const log = { info() {}, warn: (...line: unknown[]) => void logged.push(line), error() {} };
beforeEach(async () => {
  operated = [];
  outcome = { ok: true };
  const passes = createPasses({ key: keyOf('k'), node: 'B', now: now() });
  const operate = (given: Operation) => {
    operated.push(given);
    return outcome;
  };
  const lend = (domain: string, participant: string) =>
    participant === 'p1' ? { uri: `sip:ticket@${domain}`, user: '4711' } : undefined;
  const door = createDoor({ node: 'B', passes, operate, lend, refuse: refusals.noNode, maxBytes: 10_000 });
  api = await startApi([domainTree('a.example')], { door });
});
afterEach(async () => {
  for (const forwarder of forwarders) await forwarder.close();
  forwarders = [];
  await api.close();
});

function sender({ key = keyOf('k'), skew = 0, timeoutMs = 10_000 } = {}): Forwarder {
  const passes = createPasses({ key, node: 'A', now: now(skew) });
  const forwarder = createForwarder({ passes, log, timeoutMs });
  forwarders.push(forwarder);
  return forwarder;
}
const b = () => ({ id: 'B', address: api.url });

describe('an operation handed on', () => {
  it('is carried out there as it was asked here', async () => {
    expect(await sender().forward(b(), operation)).toEqual({ result: 'answered', outcome: { ok: true } });
    expect(operated).toEqual([operation]);
    expect(api.operations).toEqual([]);
    await expect.poll(() => api.seen.map((seen) => seen.operation)).toEqual(['forwarded']);
  });

  it('brings a refusal back whole', async () => {
    outcome = {
      ok: false,
      status: 409,
      error: 'wrongState',
      message: 'Not now.',
      details: [{ pointer: '/a', message: 'b' }],
    };
    expect(await sender().forward(b(), operation)).toEqual({ result: 'answered', outcome });
  });

  it.each([
    ['fast', 4 * minutes],
    ['slow', -4 * minutes],
  ])('is taken from a node whose clock is %s', async (_name, skew) => {
    expect(await sender({ skew }).forward(b(), operation)).toMatchObject({ result: 'answered' });
  });

  it('finds no node where another took the address', async () => {
    expect(await sender().forward({ id: 'A before', address: api.url }, operation)).toEqual({ result: 'gone' });
    expect(operated).toEqual([]);
  });

  it('finds no node where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await sender().forward({ id: 'B', address: `http://127.0.0.1:${port}` }, operation)).toEqual({
      result: 'gone',
    });
  });

  it.each([
    ['says nothing', () => undefined],
    ['hangs up', (request: { destroy(): void }) => request.destroy()],
  ])('does not know what became of it when the node %s', async (_name, handle) => {
    const server = createServer((request) => handle(request));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const there = { id: 'B', address: `http://127.0.0.1:${port}` };
    const answer = await sender({ timeoutMs: 300 }).forward(there, operation);
    server.closeAllConnections();
    server.close();
    expect(answer).toEqual({ result: 'unreachable' });
  });
});

describe('a participant', () => {
  const asked = (participant: string) => ({ domain: 'a.example', participant: participant as ParticipantId });
  it('who waits there is lent', async () => {
    expect(await sender().borrow(b(), asked('p1'))).toEqual({ uri: 'sip:ticket@a.example', user: '4711' });
  });
  it.each([
    ['who does not wait', 'B', 'p2'],
    ['of a node that was there before', 'A before', 'p1'],
  ])('%s is not', async (_name, id, participant) => {
    expect(await sender().borrow({ id, address: api.url }, asked(participant))).toBeUndefined();
  });
  it('cannot be asked for by who is no node', async () => {
    await expect(sender({ key: keyOf('x') }).borrow(b(), asked('p1'))).rejects.toThrow('401');
  });
});

describe('who is no node', () => {
  const post = (pass: string | undefined, bytes: string) =>
    fetch(api.url + doorPath, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(pass && { Authorization: `Bearer ${pass}` }) },
      body: bytes,
    });
  const bytes = JSON.stringify({ to: 'B', operation });
  const issue = (letter: string, skew = 0, over = bytes) =>
    createPasses({ key: keyOf(letter), node: 'A', now: now(skew) }).issue(over);

  it.each<[string, () => Promise<string> | undefined]>([
    ['has no pass', () => undefined],
    ['has a pass of others', () => issue('x')],
    ['has a pass over other bytes', () => issue('k', 0, `${bytes} `)],
    ['has one that is long over', () => issue('k', -10 * minutes)],
    ['has text', async () => 'x'],
  ])('and %s is refused', async (_name, pass) => {
    const response = await post(await pass(), bytes);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([401, 'unauthorized']);
    expect(operated).toEqual([]);
  });

  it('is not there to be asked otherwise', async () => {
    expect((await fetch(api.url + doorPath)).status).toBe(405);
    expect((await post(await issue('k'), bytes)).status).toBe(200);
  });

  it('is a node of another service where the keys differ, and that is told', async () => {
    logged.length = 0;
    expect(await sender({ key: keyOf('x') }).forward(b(), operation)).toEqual({ result: 'unreachable' });
    expect(JSON.stringify(logged)).toContain('it answered 401');
  });
});

it('has no door where there is one node', async () => {
  const alone = await startApi([domainTree('a.example')]);
  expect((await fetch(alone.url + doorPath, { method: 'POST' })).status).toBe(404);
  await alone.close();
});
