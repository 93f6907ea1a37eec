import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { withAudioServer } from '../support/audio-server.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { companded, linearFile, mp3File } from '../support/sound-files.ts';

const area = 'phrases';
const needs = { call: true, webhook: true, rtp: true } as const;
const milliseconds = 300;

const kinds = [
  {
    name: 'kinds-of-wav',
    slug: 'phrases-wav-kinds',
    title: 'WAV prompts are heard: PCM, A-law, µ-law, mono and stereo, 8 to 48 kHz, each at its frequency and length',
    files: {
      'pcm-8.wav': { frequency: 500, make: linearFile, rate: 8000, channels: 1 },
      'alaw-8.wav': { frequency: 650, make: (s) => companded('PCMA', s), rate: 8000, channels: 1 },
      'mulaw-8-stereo.wav': { frequency: 800, make: (s) => companded('PCMU', s), rate: 8000, channels: 2 },
      'pcm-44-stereo.wav': { frequency: 1000, make: linearFile, rate: 44_100, channels: 2 },
      'alaw-16.wav': { frequency: 1250, make: (s) => companded('PCMA', s), rate: 16_000, channels: 1 },
      'pcm-48.wav': { frequency: 1550, make: linearFile, rate: 48_000, channels: 1 },
    },
  },
  {
    name: 'mp3',
    slug: 'phrases-mp3',
    title: 'MP3 prompts are heard: mono and stereo, 32 to 48 kHz, each at its frequency and length',
    files: {
      'mono.mp3': { frequency: 600, make: (s) => mp3File({ ...s, rate: 48_000 }), rate: 48_000, channels: 1 },
      'stereo.mp3': { frequency: 900, make: (s) => mp3File({ ...s, rate: 44_100 }), rate: 44_100, channels: 2 },
      'other.mp3': { frequency: 1300, make: (s) => mp3File({ ...s, rate: 32_000 }), rate: 32_000, channels: 1 },
    },
  },
] as const satisfies readonly Kind[];

interface Kind {
  readonly name: string;
  readonly slug: string;
  readonly title: string;
  readonly files: Readonly<Record<string, File>>;
}
interface File extends Omit<Parameters<typeof linearFile>[0], 'milliseconds'> {
  readonly make: (sound: Parameters<typeof linearFile>[0]) => Uint8Array | Promise<Uint8Array>;
}

for (const { name, slug, title, files } of kinds as readonly Kind[]) {
  scenario({ id: `phrases/${name}`, title, area, capability: 'ivr', requirements: [slug], needs }, async (ctx) => {
    const sounds = Object.entries(files);
    const made = await Promise.all(
      sounds.map(async ([file, { make, ...sound }]) => [file, await make({ ...sound, milliseconds })] as const),
    );
    await withAudioServer(ctx, Object.fromEntries(made), async (server) => {
      const phrases = sounds.map(([file]) => ({ format: 'url', url: server.url(file) }));
      const { call } = await answeredIvr(ctx, { commands: [play(phrases), hangUp()] });
      await ctx.webhooks.next('getIvrCommand', { within: ctx.target.timers.stepMs + sounds.length * milliseconds });
      await call.ended;
      const tones = await tonesHeard(call.rtp);
      const wanted = theseTones(...sounds.map(([, { frequency }]) => frequency));
      ctx.expect(slug, 'frequencies heard, Hz', frequenciesOf(tones), wanted);
      for (const [i, [file]] of sounds.entries()) {
        ctx.expect(slug, `ms of ${file}`, tones[i]?.durationMs, asLongAs(milliseconds));
      }
    });
  });
}
