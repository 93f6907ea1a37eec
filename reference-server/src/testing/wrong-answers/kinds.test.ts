/** Every callback answered in every wrong way over HTTP, by the callbacks' port and the session rules together. */
import { callbackNames } from '@mediaservice/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../session/json.ts';
import { type Application, slow, startApplication } from './application.ts';
import { attemptsAt, type Kind, kinds, places } from './kinds.ts';
import { outcomes } from './outcomes.ts';
import { bringToRest, leftOf, observe, openMedia, situation } from './situations.ts';
import { table } from './table.ts';

let application: Application;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.close());

const address = 'sip:fallback@emergency.example';
const atRest = { waiting: 0, underWay: 0 };

describe.each(callbackNames)('%s answered with', (name) => {
  it.each(kinds)('$name', async (kind) => {
    const here = situation(name);
    const seen = observe(here);
    const result = await application.ask(here.request, { kind });
    if (kind.late) here.bench.ports.clock.advance(slow);
    here.bench.settle(here.request, result);
    openMedia(here);
    expect(seen()).toEqual({ ...outcomes[name][kind.amounts], called: [] });
    expect(application.attempts()).toBe(attemptsAt(name, kind.again ?? false));
    expect(application.bench.callbacks.stats()).toMatchObject(atRest);
    bringToRest(here);
    expect(leftOf(here)).toEqual([]);
  });

  it.each(places)('$name', async ({ baseUrl }) => {
    const here = situation(name);
    const seen = observe(here);
    const result = await application.ask(here.request, { baseUrl: baseUrl(application.bench.port) });
    here.bench.settle(here.request, result);
    expect(seen()).toEqual({ ...outcomes[name].failed, called: [] });
    expect(result).toMatchObject({ ok: false, cause: 'connection' });
    bringToRest(here);
    expect(leftOf(here)).toEqual([]);
  });
});

describe.each(['newCall', 'getCallIdentifier'] as const)('with a fallback onError, %s answered with', (name) => {
  const failing = kinds.filter(({ amounts }) => outcomes[name][amounts].sip === 480);
  it.each(failing)('$name', async (kind: Kind) => {
    const here = situation(name, { emergencyFallback: { mode: 'onError', address } });
    const seen = observe(here);
    here.bench.settle(here.request, await application.ask(here.request, { kind }));
    openMedia(here);
    const alarms = [...outcomes[name][kind.amounts].alarms, 'emergencyFallback: triggeredByError'];
    expect(seen()).toEqual({ alarms, sip: 'goes on', called: [address] });
    bringToRest(here);
    expect(leftOf(here)).toEqual([]);
  });
});

it('an answer that comes after the time limit changes nothing', async () => {
  let late = (): void => {};
  const here = situation('newCall');
  const seen = observe(here);
  const kind: Kind = {
    name: 'slow',
    amounts: 'failed',
    late: true,
    answer: (response) => {
      late = () => response.end('{"action":"ivr"}');
    },
  };
  here.bench.settle(here.request, await application.ask(here.request, { kind }));
  const before = seen();
  late();
  expect(application.bench.events).toHaveLength(1);
  here.bench.settle(here.request, { ok: true, status: 200, body: { action: 'ivr' } satisfies Json });
  expect(seen()).toEqual(before);
  bringToRest(here);
  expect(leftOf(here)).toEqual([]);
});

it.each(['newCall', 'callNotify'] as const)('a body without end to %s is not read to no end', async (name) => {
  const closed = Promise.withResolvers<number>();
  const kind: Kind = {
    name: 'watched',
    amounts: 'failed',
    answer: (response, socket) => {
      socket.once('close', () => closed.resolve(socket.bytesWritten));
      kinds.find((each) => each.name === 'a body without end')?.answer(response, socket);
    },
  };
  await application.ask(situation(name).request, { kind });
  // What the reader took, 1 MiB at most, and what the buffers of two sockets hold.
  expect(await closed.promise).toBeLessThan(32_000_000);
});

// Held to the tables that the tests above run on; `vitest -u` writes it anew.
it('docs/wrong-answers.md says what was tested', async () => {
  await expect(table()).toMatchFileSnapshot('../../../../docs/wrong-answers.md');
});
