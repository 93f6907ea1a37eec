import { describe, expect, it } from 'vitest';
import type { LegId } from './ids.ts';
import type { CallbackResult } from './ports/callbacks.ts';
import type { InboundCall } from './ports/sip.ts';
import { createBench, inboundCall, ivrBench } from './testing/bench.ts';
import { ok } from './testing/fake-ports.ts';

const leg = 'leg-in' as LegId;
const nothingLeft = { sessions: 0, legs: 0, connections: 0, timers: 0 };

describe('newCall request (D-NEWCALL)', () => {
  const full: Partial<InboundCall> = {
    asserted: { user: '+46890510', host: 'a.example', displayName: 'Carl Carlsson' },
    from: { user: 'device', host: 'b.example', displayName: 'Other' },
    private: true,
    subject: 'hello',
    referredBy: '<sip:r@example>',
    diversion: ['<sip:a@example>;reason=busy', '<sip:b@example>'],
    xHeaders: { 'x-one': '1', 'x-two': ['a', 'b'] },
    pHeaders: { 'p-asserted-identity': '<sip:+46890510@a.example>' },
  };

  it('has every property that the call offers', () => {
    const { dispatch, last } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall(full) });
    const { body, session } = last('newCall');
    expect(body).toEqual({
      sessionId: session,
      sipCallId: 'call-id-1',
      ivrServer: '192.0.2.1',
      callingPartyPrivacy: 'secret',
      callingParty: '+46890510',
      displayName: 'Carl Carlsson',
      fromUser: 'device',
      xHeaders: { 'x-one': '1', 'x-two': ['a', 'b'] },
      pHeaders: { 'p-asserted-identity': '<sip:+46890510@a.example>' },
      copyHeaders: ['x-one', 'x-two', 'p-asserted-identity'],
      calledParty: '1000',
      diversionHeaders: '<sip:a@example>;reason=busy, <sip:b@example>',
      referredBy: '<sip:r@example>',
      paiNumber: '+46890510',
      subject: 'hello',
      srcAddr: '192.0.2.77',
    });
  });

  it('leaves out what has no value (D-OPT)', () => {
    const { dispatch, last } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    const body = JSON.parse(JSON.stringify(last('newCall').body));
    expect(Object.keys(body).sort()).toEqual([
      'calledParty',
      'callingParty',
      'callingPartyPrivacy',
      'fromUser',
      'ivrServer',
      'sessionId',
      'sipCallId',
      'srcAddr',
    ]);
  });

  it('has no paiNumber where the asserted user is a name', () => {
    const { dispatch, last } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall({ asserted: { user: 'alice', host: 'a.example' } }) });
    expect(last('newCall').body).toMatchObject({ callingParty: 'alice', paiNumber: undefined });
  });
});

describe('newCall answers', () => {
  it('knows no action that the domain does without', () => {
    const { dispatch, answer, ports, last } = createBench({ without: ['httpcall'] });
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', ok({ action: 'httpcall', codec: 'PCMU', receiveIp: '192.0.2.1', receivePort: 4000 }));
    expect(ports.commands.filter(({ call }) => call === 'reject')).toMatchObject([{ args: [480] }]);
    expect(last('alarm').body).toMatchObject({ error: 'newCall response with unknown action' });
  });

  const failed = (cause: Extract<CallbackResult, { ok: false }>['cause']): CallbackResult => ({
    ok: false,
    cause,
    detail: 'x',
  });

  it.each<[string, CallbackResult, number, string | undefined, string]>([
    ['drop', ok({ action: 'drop' }), 603, undefined, 'rejected'],
    ['drop busy', ok({ action: 'drop', dropCode: 'busy' }), 486, undefined, 'rejected'],
    ['drop with a number', ok({ action: 'drop', dropCode: 499 }), 499, undefined, 'rejected'],
    ['drop with a number as text', ok({ action: 'drop', dropCode: '404' }), 404, undefined, 'rejected'],
    [
      'unknown dropCode',
      ok({ action: 'drop', dropCode: 'lunch' }),
      603,
      'newCall response with unknown action',
      'rejected',
    ],
    [
      'dropCode out of range',
      ok({ action: 'drop', dropCode: 200 }),
      603,
      'newCall response with unknown action',
      'rejected',
    ],
    ['unknown action', ok({ action: 'dance' }), 480, 'newCall response with unknown action', 'error'],
    ['no action', ok({}), 480, 'newCall response without action', 'error'],
    ['an array', ok([]), 480, 'newCall response without action', 'error'],
    ['no body', ok(undefined), 480, 'newCall response empty', 'error'],
    ['empty', failed('empty'), 480, 'newCall response empty', 'error'],
    ['timeout', failed('timeout'), 480, 'newCall request failed', 'error'],
    ['connection', failed('connection'), 480, 'newCall request failed', 'error'],
    ['500', { ok: false, cause: 'status', status: 500, detail: 'x' }, 480, 'newCall request failed', 'error'],
    ['HTML', failed('notJson'), 480, 'newCall request failed', 'error'],
    ['too large', failed('tooLarge'), 480, 'newCall request failed', 'error'],
  ])('%s', (_name, result, status, error, reason) => {
    const { dispatch, answer, ports, names, last, host } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', result);
    expect(ports.commands.filter(({ call }) => call === 'reject')).toEqual([
      { port: 'sip', call: 'reject', leg, args: [status] },
    ]);
    expect(names()).toEqual(error === undefined ? ['newCall', 'sessionCompleted'] : ['newCall', `alarm:${error}`]);
    if (error !== undefined) answer('alarm');
    expect(last('sessionCompleted').body).toMatchObject({ reason, sessionDuration: '0', domain: 'demo.example' });
    answer('sessionCompleted');
    expect(host.stats()).toEqual(nothingLeft);
    expect(ports.clock.pending()).toBe(0);
  });

  it('an answer against the schema is a failed newCall', () => {
    const { dispatch, answer, names } = createBench(
      {},
      { validateAnswer: () => [{ pointer: '/sipTo', message: 'no' }] },
    );
    dispatch({ type: 'sip.incoming', call: inboundCall() });
    answer('newCall', { action: 'ivr', sipTo: {} });
    expect(names()).toEqual(['newCall', 'alarm:newCall request failed']);
  });
});

describe('before a session', () => {
  it('an unknown domain is a 404 and no session', () => {
    const { dispatch, ports, host } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall({ called: { user: '1', host: 'nowhere.example' } }) });
    expect(ports.commands).toEqual([{ port: 'sip', call: 'reject', leg, args: [404] }]);
    expect(host.stats()).toEqual(nothingLeft);
  });

  it('a draining node answers 503 and tells when the last session is over', async () => {
    const { dispatch, ports, host, answer } = ivrBench();
    let drained = false;
    const end = host.drain().then(() => {
      drained = true;
    });
    dispatch({ type: 'sip.incoming', call: inboundCall({ leg: 'second' as LegId }) });
    expect(ports.commands.at(-1)).toEqual({ port: 'sip', call: 'reject', leg: 'second', args: [503] });
    answer('getIvrCommand', { hangup: true });
    expect(drained).toBe(false);
    answer('sessionCompleted');
    await end;
    expect(drained).toBe(true);
  });

  it.each([
    ['a trusted peer', '10.0.0.1', true],
    ['a stranger', '10.0.0.2', false],
  ])('a trace id of %s', (_name, sourceAddress, adopted) => {
    const traceId = 'd9b15290-fa96-11ef-a9c8-631ff62a0f63';
    const { dispatch, answer, last } = createBench();
    dispatch({ type: 'sip.incoming', call: inboundCall({ sourceAddress, traceId }) });
    answer('newCall', { action: 'drop' });
    expect(last('sessionCompleted').body.traceId === traceId).toBe(adopted);
  });
});
