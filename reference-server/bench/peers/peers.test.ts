import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNg, parseReply } from './ng.ts';
import { farEnds } from './ours.ts';
import { faultsOf } from './rtpengine.ts';

describe('ng', () => {
  it.each<[string, string, ReturnType<typeof parseReply>]>([
    ['an answer', 'c1 {"result":"ok"}', { cookie: 'c1', body: { result: 'ok' } }],
    ['no cookie', '{"result":"ok"}', undefined],
    ['no JSON', 'c1 d6:result2:oke', undefined],
    ['no object', 'c1 7', undefined],
  ])('reads %s', (_name, text, reply) => {
    expect(parseReply(text)).toEqual(reply);
  });

  it('gives the answer with the cookie of the question, and refusals as errors', async () => {
    const daemon = createSocket('udp4');
    daemon.on('message', (packet, from) => {
      const text = packet.toString();
      const result = text.includes('"ping"') ? '{"result":"pong"}' : '{"result":"error","error-reason":"no call"}';
      daemon.send(`other {"result":"wrong"}`, from.port, from.address);
      daemon.send(`${text.split(' ')[0]} ${result}`, from.port, from.address);
    });
    await new Promise<void>((resolve) => daemon.bind(0, '127.0.0.1', resolve));
    const ng = connectNg(daemon.address().port);
    onTestFinished(() => {
      ng.close();
      daemon.close();
    });
    await expect(ng.ask({ command: 'ping' })).resolves.toEqual({ result: 'pong' });
    await expect(ng.ask({ command: 'query' })).rejects.toThrow('rtpengine: no call');
  });
});

describe('what rtpengine says of a call', () => {
  const reply = (flags: string, packets: number): string =>
    `{"tags":{"a":{"medias":[{"streams":[{"flags":[${flags}]}]}]}},"totals":{"RTP":{"packets":${packets}}}}`;

  it.each([
    ['relayed in user space', '"RTP","kernelized","no kernel support"', 500, []],
    ['relayed in the kernel', '"RTP","confirmed","kernelized"', 500, ['rtpengine relayed call 3 in the kernel']],
    ['relayed by nobody', '"RTP"', 0, ['rtpengine counted no packet of call 3']],
  ])('%s', (_name, flags, packets, faults) => {
    expect(faultsOf(3, reply(flags, packets))).toEqual(faults);
  });
});

describe('the far ends of our calls', () => {
  it.each([
    [
      'relay',
      [
        [0, true, 1],
        [0, true, 0],
        [0, true, 3],
        [0, true, 2],
      ],
    ],
    [
      'play',
      [
        [0, true, undefined],
        [0, true, undefined],
        [0, true, undefined],
        [0, true, undefined],
      ],
    ],
    [
      'gsm',
      [
        [0, true, undefined],
        [3, true, undefined],
        [0, true, undefined],
        [3, true, undefined],
      ],
    ],
  ] as const)('%s', (workload, expected) => {
    const ends = farEnds({ workload }, [1, 2, 3, 4]);
    expect(ends.map(({ payloadType, talks, from }) => [payloadType, talks, from])).toEqual(expected);
  });

  it('let a monitor listen without a word', () => {
    const ends = farEnds({ workload: 'mix' }, [1, 2, 3, 4, 5, 6]);
    expect(ends.map(({ talks, from }) => [talks, from])).toEqual([
      [true, 1],
      [true, 0],
      [false, undefined],
      [true, 4],
      [true, 3],
      [false, undefined],
    ]);
  });
});
