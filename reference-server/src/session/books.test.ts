import { expect, it } from 'vitest';
import { createSessionHost } from './host.ts';
import type { LegId, SessionId } from './ids.ts';
import type { SessionEntry } from './ports/nodes.ts';
import { inboundCall } from './testing/bench.ts';
import { createFakePorts, ok } from './testing/fake-ports.ts';

const leg = 'leg-in' as LegId;

function bench() {
  const fakes = createFakePorts();
  const told: (string | SessionEntry)[] = [];
  const host = createSessionHost({
    ...fakes,
    callbacks: {
      send: (request) => {
        told.push(request.name);
        fakes.callbacks.send(request);
      },
      forget: () => told.push('forget'),
    },
    books: { changed: (entry) => told.push(entry), over: (session) => told.push(`over ${session}`) },
  });
  const answer = (body: Parameters<typeof ok>[0]) => {
    const request = fakes.callbacks.sent.at(-1);
    if (request === undefined) throw new Error('nothing was asked');
    host.dispatch({ type: 'callback.result', name: request.name, token: request.token, result: ok(body) });
    return request;
  };
  host.dispatch({ type: 'sip.incoming', call: inboundCall() });
  const session = String(fakes.callbacks.sent[0]?.session) as SessionId;
  return { fakes, told, host, answer, session };
}

it('tells of a session and what leads to it before anybody else hears of it', () => {
  const { told, answer, host, session, fakes } = bench();
  expect(told).toEqual([
    {
      session,
      ids: [expect.any(String)],
      answered: false,
      last: {
        domain: 'demo.example',
        name: 'sessionCompleted',
        body: expect.objectContaining({
          sessionId: session,
          reason: 'error',
          sessionDuration: '0',
          ivrServer: '192.0.2.1',
        }),
      },
    },
    'newCall',
  ]);
  told.length = 0;
  answer({ action: 'ivr', sessionReferenceId: { order: 7 } });
  host.dispatch({ type: 'media.opened', leg, sdp: 'v=0 answer' });
  host.dispatch({ type: 'sip.confirmed', leg });
  const { connectionId } = fakes.callbacks.sent.at(-1)?.body ?? {};
  expect(told.at(-1)).toBe('callAnswered');
  expect(told.at(-2)).toMatchObject({
    ids: [expect.any(String), connectionId],
    answered: true,
    last: { body: { sessionReferenceId: { order: 7 } } },
  });
});

it('says that a session is over after its last callback', () => {
  const { told, host, answer, session } = bench();
  host.dispatch({ type: 'sip.cancelled', leg });
  answer({ action: 'ivr' });
  answer(undefined);
  expect(told.slice(-3)).toEqual(['sessionCompleted', 'forget', `over ${session}`]);
});

it('lets a session go without a word that somebody else has ended', () => {
  const { told, host, session, fakes } = bench();
  told.length = 0;
  host.abandon('another' as SessionId);
  host.abandon(session);
  expect(told.filter((each) => typeof each === 'string')).toEqual(['forget', `over ${session}`]);
  expect(fakes.commands).toContainEqual({ port: 'sip', call: 'reject', leg, args: [500] });
  expect(host.stats()).toEqual({ sessions: 0, legs: 0, connections: 0, timers: 0 });
  expect(fakes.clock.pending()).toBe(0);
});
