import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LegId, PlayJobId, RecordingId } from '../session/ids.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { Phrase } from '../session/ports/phrase.ts';
import { type PromptStore, type PromptWriter, StorageError } from '../storage/prompt-store.ts';
import { memoryPrompts } from '../testing/memory-prompts.ts';
import { type Tts, TtsError } from '../tts/tts.ts';
import { tone } from './core/tone.ts';
import { writeWav } from './core/wav.ts';
import { createMediaEngine } from './engine.ts';
import type { MediaEngine, MediaEngineOptions } from './options.ts';
import { freePorts } from './testing/free-ports.ts';
import { Phone } from './testing/phone.ts';
import { poll, Watch } from './testing/until.ts';

/** Elsewhere each time, away from what other programs hold or still send to. */
const FROM = 20_000 + 2 * Math.floor(Math.random() * 4000);
const wav = (frequency: number, milliseconds = 200): Uint8Array =>
  writeWav([tone([frequency], milliseconds, { level: 0.4 })], 8000);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const noPrompts: PromptStore = {
  stat: async (_, name) => {
    throw new StorageError(name === 'broken.wav' ? 'PROMPT_STORAGE_FAILED' : 'PROMPT_NOT_FOUND', name);
  },
  get: () => Promise.reject(new Error('not asked for')),
  read: () => Promise.reject(new Error('not asked for')),
  put: () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full')),
  create: () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full')),
  delete: () => Promise.reject(new Error('not asked for')),
};
const tts: Tts = {
  speak: async ({ parameters: { Text: text } }) => {
    if (text === 'wrong') throw new TtsError('TTS_PARAMETERS', 'wrong text');
    if (text === 'down') throw new TtsError('TTS_UNAVAILABLE', 'no synthesiser');
    return { wav: wav(1700), key: String(text) };
  },
  close: async () => undefined,
};

let events: MediaEvent[];
let watch: Watch;
let engine: MediaEngine | undefined;
let closers: (() => Promise<unknown>)[];
let jobs: number;

beforeEach(() => {
  events = [];
  watch = new Watch();
  closers = [];
  jobs = 0;
});
afterEach(async () => {
  await engine?.shutdown();
  await Promise.all(closers.map((close) => close()));
});

function start(changes: Partial<MediaEngineOptions> = {}): MediaEngine {
  engine = createMediaEngine({
    address: '127.0.0.1',
    portRange: { from: FROM, to: FROM + 3999 },
    workers: 1,
    prompts: noPrompts,
    tts,
    log: quiet,
    onEvent: (event) => {
      events.push(event);
      watch.changed();
    },
    ...changes,
  });
  return engine;
}

const event = <Type extends MediaEvent['type']>(type: Type, leg?: string) =>
  watch.until(
    () =>
      events.find(
        (each): each is Extract<MediaEvent, { type: Type }> =>
          each.type === type && (leg === undefined || ('leg' in each && each.leg === leg)),
      ),
    () => `${type} of ${leg ?? 'any leg'} among ${JSON.stringify(events)}`,
    8000,
  );

async function call(media: MediaEngine, id = 'leg'): Promise<{ leg: LegId; far: Phone }> {
  const far = await Phone.open();
  closers.push(() => far.close());
  const leg = id as LegId;
  media.open(leg, { offer: far.sdp() });
  far.connect((await event('media.opened', leg)).sdp);
  return { leg, far };
}

async function outcome(media: MediaEngine, leg: LegId, ...phrases: Phrase[]): Promise<MediaEvent> {
  const id = `job-${++jobs}` as PlayJobId;
  media.play(leg, { id, domain: 'd', phrases });
  return watch.until(
    () => events.find((each) => (each.type === 'media.played' || each.type === 'media.playFailed') && each.job === id),
    `the end of ${id}`,
  );
}

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

describe('phrases that cannot be played', () => {
  it.each<[string, Phrase, string]>([
    ['a missing file', { kind: 'file', fileName: 'x.wav' }, 'phraseError'],
    ['storage that is down', { kind: 'file', fileName: 'broken.wav' }, 'mediaServerError'],
    [
      'wrong TTS parameters',
      { kind: 'tts', provider: 'aws', parameters: { Text: 'wrong' }, refresh: false },
      'phraseError',
    ],
    [
      'no synthesiser',
      { kind: 'tts', provider: 'aws', parameters: { Text: 'down' }, refresh: false },
      'mediaServerError',
    ],
    ['an echo of words', { kind: 'echo', parameters: { maxDuration: 'long' } }, 'phraseError'],
    ['a recording of no format', { kind: 'record', fileName: 'x.ogg', parameters: {} }, 'mediaServerError'],
    ['an address that is none', { kind: 'url', url: 'file:///etc/passwd', refresh: false }, 'phraseError'],
  ])('%s', async (_, phrase, reason) => {
    const media = start();
    const { leg } = await call(media);
    expect(await outcome(media, leg, phrase)).toMatchObject({ type: 'media.playFailed', phrase: 0, reason });
  });

  it.each(['x.wav', 'x.mp3'])('a recording that cannot be stored: %s', async (fileName) => {
    const media = start();
    const { leg, far } = await call(media);
    void far.talk(tone([800], 600));
    const phrase: Phrase = { kind: 'record', fileName, parameters: { maxDuration: 0.4 } };
    expect(await outcome(media, leg, phrase)).toMatchObject({ reason: 'mediaServerError', phrase: 0 });
  });
});

describe('a recording of two parties', () => {
  const begin = async (prompts: PromptStore, fileName: string, changes: Partial<MediaEngineOptions> = {}) => {
    const media = start({ prompts, ...changes });
    const [a, b] = [await call(media, 'a'), await call(media, 'b')];
    const recording = 'r' as RecordingId;
    media.startRecording({ id: recording, domain: 'd', fileName, left: a.leg, right: b.leg });
    return { media, recording, a, b };
  };
  const record = async (prompts: PromptStore, fileName: string, changes?: Partial<MediaEngineOptions>) => {
    const { media, recording, a } = await begin(prompts, fileName, changes);
    await a.far.talk(tone([800], 200));
    media.stopRecording(recording);
    return { media, told: await event('media.recorded') };
  };
  const writer = (changes: Partial<PromptWriter>, happened: string[]): PromptStore => ({
    ...noPrompts,
    create: async () => ({
      write: async () => undefined,
      commit: async () => ({ size: 1, etag: 'x', modified: 0 }),
      abort: async () => void happened.push('abort'),
      ...changes,
    }),
  });
  const full = () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full'));
  const both = ['call.wav', 'call.mp3'];

  it.each<[string, string, Partial<PromptWriter>]>(
    both.flatMap((name) => [
      [name, 'while it is written', { write: full }],
      [name, 'when it is completed', { commit: full }],
    ]),
  )('%s says so when the disk is full %s, and leaves nothing', async (name, _, changes) => {
    const happened: string[] = [];
    const { told } = await record(writer(changes, happened), name);
    expect(told).toEqual({
      type: 'media.recorded',
      recording: 'r',
      silent: ['right'],
      failure: 'disk full',
      span: expect.any(Object),
    });
    expect(happened).toEqual(['abort']);
  });

  it.each(both)('%s says so when the file cannot be made', async (name) => {
    expect((await record(noPrompts, name)).told).toMatchObject({ failure: 'disk full' });
  });

  it('says so when there is no such format', async () => {
    const { told } = await record(noPrompts, 'call.ogg');
    expect(told).toMatchObject({ failure: expect.stringMatching(/no format: \.wav and \.mp3/), silent: [] });
  });

  /** Keeps hold of the threads by their names. */
  const threads = () => {
    const started = new Map<string, Worker>();
    const startThread = (script: URL, options: WorkerOptions): Worker => {
      const worker = new Worker(script, options);
      started.set(options.name ?? '', worker);
      return worker;
    };
    return { started, startThread };
  };

  it.each(both)('%s: the media thread dies: what was stored until then is kept, and told as failed', async (name) => {
    const { started, startThread } = threads();
    const prompts = memoryPrompts();
    const { media, a, b } = await begin(prompts, name, { startThread });
    const saying = Promise.all([a.far.talk(tone([800], 2600)), b.far.talk(tone([1200], 2600))]);
    await saying;
    await started.get('media-0')?.terminate();
    const told = await event('media.recorded');
    expect(told).toMatchObject({ failure: 'the media thread died', bytes: (await prompts.get('d', name)).size });
    // Whole seconds were handed over.
    if (name.endsWith('.wav')) expect(told.bytes).toBeGreaterThanOrEqual(44 + 32_000);
    else expect(told.bytes).toBeGreaterThanOrEqual(7_800);
    expect(events.filter(({ type }) => type === 'media.recorded')).toHaveLength(1);
    await poll(() => media.stats().workers === 1, 'another thread');
  });

  it('the thread that encodes dies: nothing is kept, the next recording has another one', async () => {
    const { started, startThread } = threads();
    const prompts = memoryPrompts();
    const { media, recording, a, b } = await begin(prompts, 'call.mp3', { startThread });
    await a.far.talk(tone([800], 200));
    await started.get('media-encode')?.terminate();
    media.stopRecording(recording);
    expect(await event('media.recorded')).toMatchObject({ failure: 'the thread that encodes MP3 died' });
    await expect(prompts.get('d', 'call.mp3')).rejects.toMatchObject({ code: 'PROMPT_NOT_FOUND' });
    events.length = 0;
    const again = 'again' as RecordingId;
    media.startRecording({ id: again, domain: 'd', fileName: 'call.mp3', left: a.leg, right: b.leg });
    await Promise.all([a.far.talk(tone([800], 200)), b.far.talk(tone([900], 200))]);
    media.stopRecording(again);
    const { size } = await event('media.recorded').then(() => prompts.stat('d', 'call.mp3'));
    expect(await event('media.recorded')).toEqual({
      type: 'media.recorded',
      recording: again,
      bytes: size,
      silent: [],
      span: expect.any(Object),
    });
  });
});

it('speaks through the synthesiser it was given', async () => {
  const media = start();
  const { leg, far } = await call(media);
  const phrase: Phrase = { kind: 'tts', provider: 'aws', parameters: { Text: 'hi' }, refresh: false };
  expect(await outcome(media, leg, phrase)).toMatchObject({ type: 'media.played' });
  expect(far.heard(1700).milliseconds).toBeCloseTo(200, -2);
});

describe('prompts from the web', () => {
  let web: Server;
  let asked: string[];
  let base: string;

  beforeEach(async () => {
    asked = [];
    web = createServer((request, response) => {
      asked.push(request.url ?? '');
      switch (request.url) {
        case '/tone.wav':
          return void response.end(wav(1900));
        case '/large.wav':
          return void response.end(new Uint8Array(70_000));
        case '/hangs.wav':
          return void response.write('RIFF');
        default:
          response.statusCode = 404;
          return void response.end('no');
      }
    });
    await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    closers.push(
      () =>
        new Promise((done) => {
          web.close(done);
          web.closeAllConnections();
        }),
    );
  });

  const url = (path: string, changes: { cacheSeconds?: number; refresh?: boolean } = {}): Phrase => ({
    kind: 'url',
    url: base + path,
    refresh: false,
    ...changes,
  });

  it('are played, kept for their time, and fetched anew when that is asked for', async () => {
    const media = start();
    const { leg, far } = await call(media);
    expect(await outcome(media, leg, url('/tone.wav'), url('/tone.wav'))).toMatchObject({ type: 'media.played' });
    expect(far.heard(1900).milliseconds).toBeCloseTo(400, -2);
    expect(asked).toHaveLength(1);
    await outcome(media, leg, url('/tone.wav', { refresh: true, cacheSeconds: 0 }));
    expect(asked).toHaveLength(2);
    await outcome(media, leg, url('/tone.wav'));
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['are not there', '/none.wav', 'phraseError', /answered 404/],
    ['are too large', '/large.wav', 'phraseError', /more than 60000 bytes/],
    ['never end', '/hangs.wav', 'phraseRemoteCacheTimeout', /within 300 ms/],
  ])('fail when they %s', async (_, path, reason, detail) => {
    const media = start({ promptBytes: 60_000, fetchTimeoutMs: 300 });
    const { leg } = await call(media);
    expect(await outcome(media, leg, url(path))).toMatchObject({ reason, detail: expect.stringMatching(detail) });
  });
});
