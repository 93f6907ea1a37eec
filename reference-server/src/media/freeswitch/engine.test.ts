/** What the adapter decides by itself, on FreeSWITCHes that do what the test has them do. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Digit, LegId, PlayJobId, RecordingId } from '../../session/ids.ts';
import { WAV_HEADER_BYTES } from '../core/wav.ts';
import { poll } from '../testing/until.ts';
import { RefusedError } from './channel.ts';
import { DOMAIN, engineOver, offer } from './testing/engine.ts';
import { FakeSwitch } from './testing/fake-switch.ts';

type Bench = Awaited<ReturnType<typeof engineOver>>;
let bench: Bench | undefined;
const over = async (...switches: FakeSwitch[]): Promise<Bench> => {
  bench = await engineOver(...switches);
  return bench;
};
afterEach(() => bench?.stop());

const job = (id: string) => id as PlayJobId;
const bridges = (commands: readonly string[]): string[] => commands.filter((each) => each.startsWith('uuid_bridge'));

describe('descriptions', () => {
  it('settles the codec itself, and offers FreeSWITCH the one that is left', async () => {
    const one = new FakeSwitch();
    const { event, engine } = await over(one);
    engine.open('a' as LegId, { offer: offer(4444), codecs: ['PCMA', 'PCMU'] });
    const { sdp } = await event('media.opened');
    expect(sdp).toMatch(/^m=audio 30000 RTP\/AVP 0 96\r$/m);
    const told = one.channels[0]?.described[0];
    expect(told).toMatch(/^m=audio 4444 RTP\/AVP 0 96\r$/m);
    expect(told).toContain('a=sendrecv\r\n');
  });

  it('has FreeSWITCH send nothing while the far end has no description', async () => {
    const one = new FakeSwitch();
    const { call, engine } = await over(one);
    const { leg, channel } = await call('a', { offer: offer(), waits: true });
    expect(channel.described).toEqual([expect.stringContaining('a=inactive\r\n')]);
    engine.start(leg);
    await poll(() => channel.described.length === 2, 'the second description');
    expect(channel.described[1]).toContain('a=sendrecv\r\n');
  });

  it('offers by itself, and tells FreeSWITCH of the answer', async () => {
    const one = new FakeSwitch();
    const { call, engine } = await over(one);
    const { leg, channel } = await call('a', { codecs: ['PCMA', 'PCMU'] });
    expect(channel.described).toEqual([expect.stringContaining('a=inactive\r\n')]);
    engine.accept(leg, offer(4321));
    await poll(() => channel.described.length === 2, 'the answer at FreeSWITCH');
    expect(channel.described[1]).toMatch(/^m=audio 4321 RTP\/AVP 0 \d+\r$/m);
  });

  it('listens for tones where no events were agreed', async () => {
    const one = new FakeSwitch();
    const { call } = await over(one);
    const { channel } = await call('a', { offer: offer(4000, false) });
    await poll(() => channel.applications.length === 2, 'both applications');
    expect(channel.applications).toEqual(['spandsp_start_dtmf', 'start_dtmf_generate write']);
  });

  it('answers the far end when FreeSWITCH listens for its tones, not before', async () => {
    const one = new FakeSwitch();
    const { promise, resolve } = Promise.withResolvers<void>();
    one.obeys = promise;
    const { engine, event, events } = await over(one);
    engine.open('a' as LegId, { offer: offer(4000, false) });
    await poll(() => one.channels[0]?.applications.length === 2, 'both applications');
    expect(events).toEqual([]);
    resolve();
    await event('media.opened');
  });

  it('drops what a far end says that agreed to be silent, until it agrees otherwise', async () => {
    const { call, engine, event } = await over(new FakeSwitch());
    const { leg, channel } = await call('a');
    const mutes = (): string[] =>
      channel.commands.flatMap((each) => (each.startsWith('uuid_audio') ? [each.split(' ').at(-1) ?? ''] : []));
    engine.update(leg, 'hold', `${offer()}a=recvonly\r\n`);
    expect(await event('media.updated')).toMatchObject({ direction: 'recvonly' });
    engine.update(leg, 'held', `${offer()}a=inactive\r\n`);
    await event('media.updated', (each) => each.offerId === 'held');
    expect(mutes()).toEqual(['1']);
    engine.update(leg, 'back', offer());
    await event('media.updated', (each) => each.offerId === 'back');
    expect(mutes()).toEqual(['1', '0']);
    expect(channel.described.map((each) => /a=(sendrecv|sendonly|recvonly|inactive)/.exec(each)?.[1])).toEqual([
      'sendrecv',
      'recvonly',
      'sendonly',
      'sendrecv',
    ]);
  });

  it('refuses what cannot be used without a channel', async () => {
    const one = new FakeSwitch();
    const { event, engine } = await over(one);
    engine.open('a' as LegId, { offer: 'hello' });
    expect(await event('media.failed')).toMatchObject({ leg: 'a', reason: 'invalidSdp' });
    expect(one.channels).toEqual([]);
    expect(engine.stats().endpoints).toBe(0);
  });
});

describe('several FreeSWITCHes', () => {
  it('take calls in turn, but legs that hear each other go to the same', async () => {
    const [one, two] = [new FakeSwitch(1), new FakeSwitch(2)];
    const { call } = await over(one, two);
    const first = await call('a');
    await call('b');
    await call('c', { offer: offer(), near: first.leg });
    expect([one.channels.length, two.channels.length]).toEqual([2, 1]);
  });

  it.each([
    ['is lost', (one: FakeSwitch) => one.crash()],
    [
      'is draining',
      (one: FakeSwitch) => {
        one.standing = 'draining';
      },
    ],
    [
      'refuses',
      (one: FakeSwitch) => {
        one.refuses = new RefusedError('503');
      },
    ],
  ])('new calls go to the other while one %s, and come back', async (_, happens) => {
    const [one, two] = [new FakeSwitch(1), new FakeSwitch(2)];
    const { call } = await over(one, two);
    happens(one);
    await call('a');
    await call('b');
    expect([one.channels.length, two.channels.length]).toEqual([0, 2]);
    one.standing = 'up';
    one.refuses = undefined;
    await call('c');
    expect(one.channels.length).toBe(1);
  });

  it('a draining one takes further legs of the calls that it has', async () => {
    const [one, two] = [new FakeSwitch(1), new FakeSwitch(2)];
    const { call } = await over(one, two);
    const { leg } = await call('a');
    one.standing = 'draining';
    await call('b', { offer: offer(), near: leg });
    expect([one.channels.length, two.channels.length]).toEqual([2, 0]);
  });

  it('the loss of one is told to its legs and their jobs, and to no others', async () => {
    const [one, two] = [new FakeSwitch(1), new FakeSwitch(2)];
    const { call, engine, event, events, prompt } = await over(one, two);
    await prompt('long.wav', 5000);
    const a = await call('a');
    const b = await call('b');
    engine.play(a.leg, { id: job('lost'), domain: DOMAIN, phrases: [{ kind: 'file', fileName: 'long.wav' }] });
    await poll(() => a.channel.commands.some((each) => each.startsWith('uuid_displace')), 'the prompt');
    one.crash();
    expect(await event('media.playFailed')).toMatchObject({ leg: 'a', job: 'lost', reason: 'mediaServerError' });
    expect(await event('media.failed')).toMatchObject({ leg: 'a', reason: 'internal' });
    engine.close(a.leg);
    await poll(() => engine.stats().endpoints === 1, 'what was lost given back');
    expect(b.channel.over).toBe(false);
    expect(events.filter(({ type }) => type === 'media.failed')).toHaveLength(1);
  });

  it('none is there: no resources', async () => {
    const one = new FakeSwitch();
    one.standing = 'down';
    const { event, engine } = await over(one);
    engine.open('a' as LegId, { offer: offer() });
    expect(await event('media.failed')).toMatchObject({ leg: 'a', reason: 'noResources' });
    await poll(() => engine.stats().endpoints === 0, 'everything given back');
  });
});

describe('playing', () => {
  it('phrases that stand side by side are one file, which a skip ends where it is', async () => {
    const one = new FakeSwitch();
    const { call, engine, event, prompt } = await over(one);
    for (const [name, milliseconds] of [
      ['one.wav', 100],
      ['two.wav', 3000],
      ['three.wav', 100],
    ] as const) {
      await prompt(name, milliseconds);
    }
    const { leg, channel } = await call('a');
    const phrases = ['one.wav', 'two.wav', 'three.wav'].map((fileName) => ({ kind: 'file', fileName }) as const);
    engine.play(leg, { id: job('j'), domain: DOMAIN, phrases });
    const started = (): string[] => channel.commands.filter((each) => / start /.test(each));
    await poll(() => started().length === 1, 'the file');
    const from = performance.now();
    await poll(() => performance.now() - from > 200, 'the second phrase');
    engine.stop(leg, job('j'), 'current');
    expect(await event('media.played')).toMatchObject({ job: 'j', stopped: false });
    expect(started()).toHaveLength(2);
    expect(performance.now() - from).toBeLessThan(1500);
  });

  it('jobs play one after the other, and each end is told once', async () => {
    const { call, engine, event, events, prompt } = await over(new FakeSwitch());
    await prompt('short.wav', 100);
    const { leg } = await call('a');
    const phrases = [{ kind: 'file', fileName: 'short.wav' }] as const;
    for (const id of ['one', 'two', 'three']) engine.play(leg, { id: job(id), domain: DOMAIN, phrases });
    engine.stop(leg, job('two'), 'all');
    await event('media.played', (each) => each.job === 'three');
    const ends = events.flatMap((each) => (each.type === 'media.played' ? [`${each.job} ${each.stopped}`] : []));
    expect(ends).toEqual(['two true', 'one false', 'three false']);
    await poll(() => engine.stats().players === 0, 'no player');
  });

  it('a job plays that was added a moment after the last one was over', async () => {
    const { call, engine, event, prompt } = await over(new FakeSwitch());
    await prompt('short.wav', 60);
    const { leg } = await call('a');
    const phrases = [{ kind: 'file', fileName: 'short.wav' }] as const;
    for (const id of ['one', 'two', 'three']) {
      engine.play(leg, { id: job(id), domain: DOMAIN, phrases });
      await event('media.played', (each) => each.job === id);
    }
    expect(engine.stats().players).toBe(0);
  });

  it('a leg that is closed is hung up before its prompt is ended: it hears nothing more', async () => {
    const { call, engine, prompt } = await over(new FakeSwitch());
    await prompt('long.wav', 5000);
    const { leg, channel } = await call('a');
    engine.play(leg, { id: job('j'), domain: DOMAIN, phrases: [{ kind: 'file', fileName: 'long.wav' }] });
    await poll(() => channel.commands.length > 0, 'the prompt');
    engine.close(leg);
    await poll(() => engine.stats().endpoints === 0, 'everything given back');
    expect(channel.commands.map((each) => each.split(' ', 1)[0]).slice(0, 2)).toEqual(['uuid_displace', 'hang']);
  });

  it('a leg that is closed while a phrase records it is hung up when that is kept', async () => {
    const { call, engine, event } = await over(new FakeSwitch());
    const { leg, channel } = await call('a');
    const [id, recording] = [job('j'), 'r' as RecordingId];
    const phrase = { kind: 'record', fileName: 'x.wav', parameters: { maxDuration: 60 }, recording } as const;
    engine.play(leg, { id, domain: DOMAIN, phrases: [phrase] });
    await poll(() => channel.commands.some((each) => each.startsWith('uuid_record')), 'the recording');
    channel.packets = 7;
    engine.close(leg);
    expect(await event('media.recorded')).toMatchObject({ recording, bytes: expect.any(Number) });
    await poll(() => channel.over, 'the end of the channel');
    const last = channel.commands.filter((each) => !each.startsWith('json')).map((each) => each.split(' ')[2] ?? each);
    expect(last).toEqual(['start', 'stop', 'hang up']);
  });

  it('a command that FreeSWITCH refuses is a mediaServerError', async () => {
    const { call, engine, event, prompt } = await over(new FakeSwitch());
    await prompt('short.wav', 100);
    const { leg, channel } = await call('a');
    channel.answers.set('uuid_displace', '-ERR Cannot displace session!');
    engine.play(leg, { id: job('j'), domain: DOMAIN, phrases: [{ kind: 'file', fileName: 'short.wav' }] });
    expect(await event('media.playFailed')).toMatchObject({ job: 'j', reason: 'mediaServerError' });
  });
});

describe('who hears whom', () => {
  it('joins as soon as both have channels, and parks both before one goes', async () => {
    const { call, engine } = await over(new FakeSwitch());
    const a = await call('a');
    const b = await call('b', { offer: offer(), near: a.leg });
    engine.join(a.leg, b.leg);
    await poll(() => bridges(a.channel.commands).length === 1, 'the bridge');
    expect(bridges(a.channel.commands)).toEqual([`uuid_bridge ${a.channel.uuid} ${b.channel.uuid}`]);
    engine.close(b.leg);
    await poll(() => b.channel.over, 'the end of b');
    expect(a.channel.over).toBe(false);
    expect([...a.channel.commands, ...b.channel.commands]).toContain('park both');
  });

  it('parts two when their bridge is there, not on the way to it', async () => {
    const { call, engine } = await over(new FakeSwitch());
    const [a, b] = [await call('a'), await call('b')];
    const { promise, resolve } = Promise.withResolvers<void>();
    a.channel.joins = promise;
    engine.join(a.leg, b.leg);
    engine.separate(a.leg, b.leg);
    engine.join(a.leg, b.leg);
    await poll(() => bridges(a.channel.commands).length === 1, 'the bridge');
    engine.separate(a.leg, b.leg);
    const parks = (): number =>
      [a, b].flatMap(({ channel }) => channel.commands).filter((each) => /^park/.test(each)).length;
    await new Promise((done) => setImmediate(done));
    expect(parks()).toBe(0);
    resolve();
    await poll(() => parks() === 1, 'both parked');
  });

  it('lets the old partner go for a new one', async () => {
    const { call, engine } = await over(new FakeSwitch());
    const [a, b, c] = [await call('a'), await call('b'), await call('c')];
    engine.join(a.leg, b.leg);
    engine.join(a.leg, c.leg);
    const all = (): string[] => [a, b, c].flatMap(({ channel }) => bridges(channel.commands));
    await poll(() => all().some((each) => each.includes(c.channel.uuid)), 'the new bridge');
    expect(all().at(-1)).toContain(a.channel.uuid);
    engine.press(a.leg, '5' as Digit);
    expect(c.channel.commands).toContain(`uuid_send_dtmf ${c.channel.uuid} ~5@100`);
    expect(b.channel.commands.join()).not.toContain('send_dtmf');
  });

  it('a monitor listens to the first who is there, and to the next when that one has gone', async () => {
    const { call, engine } = await over(new FakeSwitch());
    const [a, b, monitor] = [await call('a'), await call('b'), await call('m')];
    engine.listen(monitor.leg, [a.leg, b.leg]);
    await poll(() => monitor.channel.applications.length === 1, 'the first');
    engine.close(a.leg);
    monitor.channel.leave();
    await poll(() => monitor.channel.applications.length === 2, 'the next');
    expect(monitor.channel.applications).toEqual([`eavesdrop ${a.channel.uuid}`, `eavesdrop ${b.channel.uuid}`]);
    engine.listen(monitor.leg, []);
    await poll(() => monitor.channel.commands.includes('park'), 'nobody');
  });
});

describe('recordings', () => {
  it('fail without the media of two parties', async () => {
    const { call, engine, event } = await over(new FakeSwitch());
    const { leg } = await call('a');
    engine.startRecording({
      ...{ id: 'r' as RecordingId, domain: DOMAIN, fileName: 'x.wav' },
      ...{ left: leg, right: 'nobody' as LegId },
    });
    expect(await event('media.recorded')).toMatchObject({ recording: 'r', failure: expect.any(String) });
  });

  it('hold nothing of a party that has sent nothing', async () => {
    const { call, engine, event, prompts } = await over(new FakeSwitch());
    const [a, b] = [await call('a'), await call('b')];
    const recording = 'r' as RecordingId;
    engine.startRecording({ id: recording, domain: DOMAIN, fileName: 'x.wav', left: a.leg, right: b.leg });
    await poll(() => b.channel.commands.some((each) => each.startsWith('uuid_record')), 'the recording');
    a.channel.packets = 7;
    const from = performance.now();
    await poll(() => performance.now() - from > 100, 'some time');
    engine.stopRecording(recording);
    expect(await event('media.recorded')).toMatchObject({ recording, silent: ['right'] });
    const { bytes } = await prompts.get(DOMAIN, 'x.wav');
    const samples = new Int16Array(Uint8Array.from(bytes.subarray(WAV_HEADER_BYTES)).buffer);
    const side = (which: 0 | 1): Set<number> => new Set(samples.filter((_, at) => at % 2 === which));
    expect([[...side(0)].toSorted(), [...side(1)]]).toEqual([expect.arrayContaining([1]), [0]]);
  });

  it('end with FreeSWITCH, and say so', async () => {
    const one = new FakeSwitch();
    const { call, engine, event } = await over(one);
    const [a, b] = [await call('a'), await call('b')];
    engine.startRecording({
      ...{ id: 'r' as RecordingId, domain: DOMAIN, fileName: 'x.wav' },
      ...{ left: a.leg, right: b.leg },
    });
    await poll(() => b.channel.commands.some((each) => each.startsWith('uuid_record')), 'the recording');
    one.crash();
    expect(await event('media.recorded')).toMatchObject({ recording: 'r', failure: expect.stringMatching(/crashed/) });
  });
});
