import { describe, expect, it } from 'vitest';
import { createSessionHost } from './host.ts';
import type { LegId } from './ids.ts';
import type { CallbackRequest } from './ports/callbacks.ts';
import type { Ports } from './ports.ts';
import { createBench, inboundCall, ivrBench } from './testing/bench.ts';
import { createFakePorts, ok } from './testing/fake-ports.ts';

const leg = 'leg-in' as LegId;
const nothingLeft = { sessions: 0, legs: 0, connections: 0, timers: 0 };

describe('the queue of a session', () => {
  it('works an event out before the next, whoever dispatches meanwhile', () => {
    const fakes = createFakePorts();
    const order: string[] = [];
    const answers: Record<string, CallbackRequest['body'][string]> = {
      newCall: { action: 'ivr' },
      getIvrCommand: { hangup: true },
    };
    const ports: Ports = {
      ...fakes,
      media: {
        ...fakes.media,
        open: () => {
          order.push('open');
          host.dispatch({ type: 'media.opened', leg, sdp: 'x' });
          order.push('open done');
        },
      },
      sip: {
        ...fakes.sip,
        answer: () => {
          order.push('answer');
          host.dispatch({ type: 'sip.confirmed', leg });
        },
        hangup: () => order.push('hangup'),
      },
      callbacks: {
        send: ({ name, token }) => {
          order.push(name);
          host.dispatch({ type: 'callback.result', name, token, result: ok(answers[name]) });
        },
        forget: () => order.push('forget'),
      },
    };
    const host = createSessionHost(ports);
    host.dispatch({ type: 'sip.incoming', call: inboundCall() });
    expect(order).toEqual([
      'newCall',
      'open',
      'open done',
      'answer',
      'callAnswered',
      'getIvrCommand',
      'hangup',
      'sessionCompleted',
      'forget',
    ]);
    expect(host.stats()).toEqual(nothingLeft);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('takes an operation in its place when it comes while effects are carried out', () => {
    const bench = ivrBench();
    const { replyId } = bench.answer('getIvrCommand', { getIVRCommandAfter: 60 }).body;
    const { media } = bench.ports;
    const outcomes: unknown[] = [];
    const update = media.update;
    Object.assign(media, {
      update: (...given: Parameters<typeof update>) => {
        outcomes.push(bench.operate('hangupParticipant', { replyId: String(replyId) }));
        update(...given);
      },
    });
    bench.dispatch({ type: 'sip.offered', leg, offerId: 'o', method: 'reInvite', sdp: 'x' });
    expect(outcomes).toEqual([{ ok: true }]);
    expect(bench.told().slice(-3)).toEqual(['media.update', 'sip.hangup', 'media.close']);
  });

  it('drops a timer that fell due before it was taken back', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { dtmf: { firstTimeout: 1 } });
    const { media } = bench.ports;
    const update = media.update;
    Object.assign(media, {
      update: (...given: Parameters<typeof update>) => {
        bench.press('1');
        bench.ports.clock.advance(1_000);
        update(...given);
      },
    });
    bench.dispatch({ type: 'sip.offered', leg, offerId: 'o', method: 'reInvite', sdp: 'x' });
    expect(bench.names().filter((name) => name === 'getIvrCommand')).toHaveLength(1);
    bench.ports.clock.advance(5_000);
    bench.answer('callNotify');
    expect(bench.last('getIvrCommand').body.dtmfParams).toEqual({ dtmfMatch: '1', reason: 'betweenTimeout' });
  });

  it('keeps sessions apart', () => {
    const bench = createBench();
    const second = 'second' as LegId;
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ leg: second }) });
    expect(bench.host.stats()).toMatchObject({ sessions: 2, legs: 2 });
    bench.dispatch({ type: 'sip.cancelled', leg: second });
    bench.answer('newCall', { action: 'ivr' });
    expect(bench.ports.commands.at(-1)).toMatchObject({ call: 'open', leg });
    bench.answer('newCall', { action: 'ivr' });
    expect(bench.answer('sessionCompleted').body.reason).toBe('cancelled');
    expect(bench.host.stats()).toMatchObject({ sessions: 1, legs: 1 });
  });
});

describe('faults of others', () => {
  it('an adapter that throws costs its command only', () => {
    const bench = createBench();
    Object.assign(bench.ports.media, {
      open: () => {
        throw new Error('no thread');
      },
    });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.answer('newCall', { action: 'ivr' });
    expect(bench.ports.logged.at(-1)).toMatchObject({ level: 'error', message: 'command failed' });
    bench.dispatch({ type: 'sip.cancelled', leg });
    bench.answer('sessionCompleted');
    expect(bench.host.stats()).toEqual(nothingLeft);
  });

  it('a defect in the rules ends its session and no other', () => {
    const bench = createBench(
      {},
      {
        validateAnswer: () => {
          throw new Error('defect');
        },
      },
    );
    const second = 'second' as LegId;
    bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
    bench.dispatch({ type: 'sip.incoming', call: inboundCall({ leg: second }) });
    bench.answer('newCall', { action: 'ivr' });
    expect(bench.ports.logged.at(-2)).toMatchObject({ level: 'error', message: 'session failed' });
    expect(bench.ports.commands.filter(({ call }) => call === 'reject')).toEqual([
      { port: 'sip', call: 'reject', leg, args: [500] },
    ]);
    expect(bench.host.stats()).toMatchObject({ sessions: 1, legs: 1 });
    expect(bench.ports.clock.pending()).toBe(1);
  });

  it.each([
    ['a result of an unknown callback', { type: 'callback.result', name: 'newCall', token: 'x/1', result: ok({}) }],
    ['an event of an unknown leg', { type: 'sip.ended', leg: 'x' as LegId, cause: 'bye' }],
  ] as const)('%s means nothing', (_name, event) => {
    const bench = createBench();
    bench.host.dispatch(event);
    expect(bench.ports.commands).toEqual([]);
    expect(bench.host.stats()).toEqual(nothingLeft);
  });
});
