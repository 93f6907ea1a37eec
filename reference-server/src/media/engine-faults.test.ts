import { createSocket } from 'node:dgram';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { LegId, PlayJobId } from '../session/ids.ts';
import { engineStage } from './testing/engine-stage.ts';
import { freePorts } from './testing/free-ports.ts';
import { poll } from './testing/until.ts';

const { call, closers, event, outcome, start } = engineStage();

describe('a thread that dies', () => {
  it('is told of on every leg and job, gives the ports back, and is replaced', async () => {
    const workers: Worker[] = [];
    const media = start({
      startThread: (script, options) => {
        const worker = new Worker(script, options);
        workers.push(worker);
        return worker;
      },
    });
    const { leg } = await call(media, 'first');
    await call(media, 'second');
    media.play(leg, { id: 'job' as PlayJobId, domain: 'd', phrases: [{ kind: 'echo', parameters: {} }] });
    await workers[0]?.terminate();
    expect(await event('media.playFailed')).toMatchObject({ leg, job: 'job', reason: 'mediaServerError' });
    expect(await event('media.failed', 'first')).toMatchObject({ reason: 'internal' });
    expect(await event('media.failed', 'second')).toMatchObject({ reason: 'internal' });
    expect(media.stats()).toMatchObject({ endpoints: 0, ports: 0, players: 0 });
    media.close(leg);
    await poll(() => workers.length === 2, 'another thread');
    const { far } = await call(media, 'third');
    await far.watch.until(() => far.packets[0], 'a packet from the new thread');
    expect(media.stats().workers).toBe(1);
  });
});

/** Takes a port as another program would; gives what lets it go. */
async function hold(port: number): Promise<() => Promise<void>> {
  const socket = createSocket('udp4');
  let open = true;
  const close = (): Promise<void> =>
    new Promise((done) => {
      if (open) socket.close(() => done());
      else done();
      open = false;
    });
  closers.push(close);
  await new Promise<void>((done) => socket.bind(port, '127.0.0.1', () => done()));
  return close;
}

describe('ports', () => {
  it('run out with a word, and come back', async () => {
    const from = await freePorts(4);
    const media = start({ portRange: { from, to: from + 3 } });
    await call(media, 'one');
    await call(media, 'two');
    media.open('three' as LegId, {});
    expect(await event('media.failed', 'three')).toMatchObject({ reason: 'noResources' });
    media.close('one' as LegId);
    await poll(() => media.stats().ports === 1, 'the port');
    await call(media, 'four');
  });

  it.each([
    ['RTP', 0],
    ['RTCP', 1],
  ])('of others are passed over: %s', async (_, odd) => {
    const from = await freePorts(4);
    await hold(from + odd);
    const media = start({ portRange: { from, to: from + 3 } });
    await call(media);
    expect((await event('media.opened')).sdp).toContain(`m=audio ${from + 2} `);
    expect(media.stats()).toMatchObject({ endpoints: 1, ports: 1 });
  });

  it('are looked for in the whole range, and found behind fifty that others hold', async () => {
    const from = await freePorts(104);
    const taken = await Promise.all(Array.from({ length: 51 }, (_, i) => hold(from + i * 2)));
    const media = start({ portRange: { from, to: from + 103 } });
    await call(media, 'one');
    expect((await event('media.opened', 'one')).sdp).toContain(`m=audio ${from + 102} `);
    expect(media.stats()).toMatchObject({ endpoints: 1, ports: 1 });
    // Those of others are known now: the next one does not try them all again, and the word of it tells whose they are.
    media.open('two' as LegId, {});
    expect(await event('media.failed', 'two')).toMatchObject({
      reason: 'noResources',
      detail: `no free RTP port in ${from}-${from + 103}: 1 of 52 in use here, 51 by other programs`,
    });
    // What they give back is found again.
    await Promise.all(taken.map((each) => each()));
    await call(media, 'three');
    await call(media, 'four');
    expect(media.stats()).toMatchObject({ endpoints: 3, ports: 3 });
  });

  it('cannot be had on an address that is not ours', async () => {
    const media = start({ address: '192.0.2.1' });
    media.open('leg' as LegId, {});
    expect(await event('media.failed')).toMatchObject({
      reason: 'noResources',
      detail: expect.stringMatching(/192\.0\.2\.1/),
    });
    expect(media.stats()).toMatchObject({ endpoints: 0, ports: 0 });
  });
});

it('a leg opens once, and only with codecs that there are', async () => {
  const media = start();
  const { leg } = await call(media);
  media.open(leg, {});
  expect(await event('media.failed')).toMatchObject({ reason: 'internal', detail: expect.stringMatching(/already/) });
  media.open('none' as LegId, { codecs: [] });
  expect(await event('media.failed', 'none')).toMatchObject({ detail: expect.stringMatching(/no codec/) });
  expect(await outcome(media, 'nobody' as LegId)).toMatchObject({ reason: 'mediaServerError' });
});

it.each([
  ['those of D-CODEC', {}, '0 8 101'],
  ['those of the settings', { codecs: ['PCMA', 'GSM'] as const }, '8 3 101'],
])('a leg without codecs of its own offers %s', async (_, settings, formats) => {
  start(settings).open('leg' as LegId, {});
  expect((await event('media.opened')).sdp).toMatch(new RegExp(`^m=audio \\d+ RTP/AVP ${formats}\r$`, 'm'));
});

it('a leg that is closed before it was open may open again at once', async () => {
  const media = start();
  const leg = 'again' as LegId;
  media.open(leg, {});
  media.close(leg);
  media.open(leg, {});
  await event('media.opened', leg);
  await poll(() => media.stats().ports === 1, 'the first port');
  expect(await outcome(media, leg)).toMatchObject({ type: 'media.played' });
  media.close(leg);
  await poll(() => media.stats().ports === 0, 'the second port');
});
