/** drachtio-fsmrf and what is around it, on a stand-in for FreeSWITCH. */
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type SipEngine, startSipEngine } from '../../sip-engine/engine.ts';
import { poll } from '../testing/until.ts';
import { Carriers } from './carriers.ts';
import { type ChannelEvents, RefusedError } from './channel.ts';
import { FsmrfSwitch } from './fsmrf-switch.ts';
import { offer } from './testing/engine.ts';
import { type StandIn, startStandIn } from './testing/stand-in.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const secret = 'between the test and its SIP engine';
let sip: SipEngine;
let standIn: StandIn;
let carriers: Carriers;
let under: FsmrfSwitch;
let told: string[] = [];
const events: ChannelEvents = {
  dtmf: (digit, source) => void told.push(`${digit} ${source}`),
  fileOver: (path) => void told.push(`over ${path}`),
  over: (detail) => void told.push(`gone ${detail}`),
};

beforeEach(async () => {
  told = [];
  sip = await startSipEngine({
    sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    app: { host: '127.0.0.1', port: 0, secret },
  });
  standIn = await startStandIn();
  carriers = new Carriers([{ ...sip.appAddress, secret }], log);
  under = new FsmrfSwitch({ at: standIn.at, carriers, turn: 0, log });
  await under.connected;
});
afterEach(async () => {
  await under.close();
  carriers.close();
  await standIn.crash();
  await sip.close();
});

const channelOf = () => {
  const channel = standIn.channels.at(-1);
  if (channel === undefined) throw new Error('no channel');
  return channel;
};

describe('a channel', () => {
  it('is opened with the far end, told of another one, and hung up', async () => {
    const channel = await under.open(offer(4444), events);
    expect([channel.address, channel.port]).toEqual(['127.0.0.1', 30_000]);
    expect(standIn.commands.some((each) => each.includes('park_after_bridge=true'))).toBe(true);
    await channel.describe(offer(5555));
    expect(channelOf().offers.map((each) => /m=audio (\d+)/.exec(each)?.[1])).toEqual(['4444', '5555']);
    channel.hangUp();
    await poll(() => channelOf().over, 'the end of the channel');
    expect(told).toEqual([]);
  });

  it('tells of keys, of files that are over, and of its end', async () => {
    await under.open(offer(), events);
    channelOf().event('DTMF', { 'DTMF-Digit': '5', 'DTMF-Source': 'RTP' });
    channelOf().event('DTMF', { 'DTMF-Digit': '9', 'DTMF-Source': 'APP' });
    channelOf().event('DTMF', { 'DTMF-Digit': '#', 'DTMF-Source': 'INBAND_AUDIO' });
    channelOf().event('MEDIA_BUG_STOP', { 'Media-Bug-Function': 'displace', 'Media-Bug-Target': '/tmp/a.wav' });
    channelOf().event('MEDIA_BUG_STOP', { 'Media-Bug-Function': 'session_record', 'Media-Bug-Target': '/tmp/b.wav' });
    channelOf().event('MEDIA_BUG_STOP', { 'Media-Bug-Function': 'inband_dtmf', 'Media-Bug-Target': '/tmp/c.wav' });
    channelOf().event('CHANNEL_CALLSTATE', {
      'Channel-Call-State': 'HANGUP',
      'Hangup-Cause': 'DESTINATION_OUT_OF_ORDER',
    });
    await poll(() => told.length === 5, 'all of it');
    expect(told).toEqual([
      '5 rfc4733',
      '# inband',
      'over /tmp/a.wav',
      'over /tmp/b.wav',
      'gone DESTINATION_OUT_OF_ORDER',
    ]);
  });

  it('is parked when FreeSWITCH says so', async () => {
    const channel = await under.open(offer(), events);
    await channel.park(true);
    expect(standIn.commands.at(-1)).toBe(`uuid_transfer ${channel.uuid} -both park inline`);
  });

  it('has its commands sent at once, not when the one before is acknowledged', async () => {
    const setting = vi.spyOn(Socket.prototype, 'setNoDelay');
    const writing = vi.spyOn(Socket.prototype, 'write');
    onTestFinished(() => {
      setting.mockRestore();
      writing.mockRestore();
    });
    const later = new FsmrfSwitch({ at: standIn.at, carriers, turn: 0, log });
    onTestFinished(() => later.close());
    await later.connected;
    const channel = await later.open(offer(), events);
    await channel.command('uuid_exists x');
    await channel.run('set', 'x=y');
    const wrote = (what: string) =>
      writing.mock.calls.flatMap(([chunk], at) => (String(chunk).includes(what) ? [writing.mock.contexts[at]] : []));
    for (const what of ['uuid_exists x', 'execute-app-name']) {
      expect(wrote(what), what).not.toEqual([]);
      for (const socket of wrote(what)) expect(setting.mock.contexts, what).toContain(socket);
    }
  });

  it('runs applications, and has what FreeSWITCH says against a command', async () => {
    const channel = await under.open(offer(), events);
    await channel.run('start_dtmf', '');
    expect(standIn.applications).toEqual(['start_dtmf']);
    standIn.answers.set('uuid_displace x', '-ERR No such channel!\n');
    await expect(channel.command('uuid_displace x')).rejects.toThrow(/No such channel/);
  });
});

describe('a FreeSWITCH', () => {
  it.each([
    ['is full', 503, RefusedError],
    ['does not take the description', 488, Error],
  ])('that %s refuses', async (_, status, kind) => {
    standIn.refuses = status;
    const refused = await under.open(offer(), events).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(kind);
    expect(refused instanceof RefusedError).toBe(status === 503);
  });

  it.each([
    ['fsctl pause_check inbound', 'true'],
    ['global_getvar mediaservice_draining', 'true'],
  ])('drains while %s is %s, and takes calls again afterwards', async (question, answer) => {
    const before = standIn.answers.get(question) ?? '';
    standIn.answers.set(question, answer);
    await poll(() => under.standing === 'draining', 'draining');
    standIn.answers.set(question, before);
    await poll(() => under.standing === 'up', 'up again');
  });

  it('that dies is noticed by each of its channels, and used again when it is back', async () => {
    await under.open(offer(), events);
    await under.open(offer(), events);
    await standIn.crash();
    await poll(() => told.length === 2, 'the end of both channels');
    expect(told.every((each) => each.startsWith('gone '))).toBe(true);
    await poll(() => under.standing === 'down', 'down');
    await expect(under.open(offer(), events)).rejects.toBeInstanceOf(RefusedError);
    standIn = await startStandIn(standIn.at.port);
    await poll(() => under.standing === 'up', 'up again');
    await under.open(offer(), events);
    expect(standIn.channels).toHaveLength(1);
    expect(told).toHaveLength(2);
  });

  it.each([
    [
      'dies',
      async () => {
        await standIn.crash();
        standIn = await startStandIn();
      },
    ],
    ['stops answering', () => poll(() => under.standing === 'down', 'down', 8000)],
  ])('that %s leaves nobody waiting for what was asked of its channels', async (_, goes) => {
    const channel = await under.open(offer(), events);
    standIn.silent = true;
    const asked = channel.command('uuid_displace x stop').then(
      () => 'answered',
      () => 'given up',
    );
    await goes();
    expect(await asked).toBe('given up');
    await expect(channel.command('uuid_displace x stop')).rejects.toThrow();
  });

  it('is reached by another SIP server when its own is lost, and keeps its channels', async () => {
    const start = () =>
      startSipEngine({
        sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
        app: { host: '127.0.0.1', port: 0, secret },
      });
    const [first, second] = [await start(), await start()];
    const both = new Carriers(
      [first, second].map(({ appAddress }) => ({ ...appAddress, secret })),
      log,
    );
    const reached = new FsmrfSwitch({ at: standIn.at, carriers: both, turn: 0, log });
    await reached.connected;
    const before = await reached.open(offer(), events);
    await first.close();
    const opened = async (): Promise<true | undefined> =>
      reached.open(offer(), events).then(
        () => true,
        () => undefined,
      );
    let again: true | undefined;
    await poll(() => {
      if (again === undefined) void opened().then((now) => (again ??= now));
      return again === true;
    }, 'a channel by the other');
    await before.command('uuid_exists x');
    expect(told).toEqual([]);
    await reached.close();
    both.close();
    await second.close();
  });

  it('that ends a call before its channel is there refuses it at once', async () => {
    standIn.hollow = Number.POSITIVE_INFINITY;
    const from = performance.now();
    await expect(under.open(offer(), events)).rejects.toThrow(/hung up/);
    expect(performance.now() - from).toBeLessThan(2000);
    standIn.hollow = 0;
    await under.open(offer(), events);
    expect(under.standing).toBe('up');
  });

  it('that ends one call before its channel is there is called once more', async () => {
    standIn.hollow = 1;
    await under.open(offer(), events);
    expect([standIn.hollow, standIn.channels.length]).toEqual([0, 1]);
    standIn.hollow = 2;
    await expect(under.open(offer(), events)).rejects.toThrow(/hung up/);
  });

  it('that dies while a channel is being opened refuses it at once', async () => {
    standIn.deaf = true;
    const opening = under.open(offer(), events).catch((error: unknown) => error);
    await poll(() => under.standing === 'up', 'some time');
    await standIn.crash();
    expect(await opening).toBeInstanceOf(RefusedError);
    await poll(() => under.standing === 'down', 'down');
  });

  it('that stops answering without a word is given up', async () => {
    await under.open(offer(), events);
    standIn.silent = true;
    await poll(() => under.standing === 'down', 'down', 8000);
    expect(told).toEqual([expect.stringMatching(/no word/)]);
  });
});
