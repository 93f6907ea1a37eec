import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFilePromptStore } from '../storage/file-prompt-store.ts';
import { tone } from './core/tone.ts';
import { Mp3Encoding } from './mp3-encoding.ts';
import { type OpenRecording, recordingFiles } from './recording-formats.ts';

const ffprobe = spawnSync('ffprobe', ['-version']).status === 0;
const sox = /AUDIO FILE FORMATS:.*\bmp3\b/.test(String(spawnSync('sox', ['--help']).stdout));

describe.skipIf(!ffprobe || !sox)('recordings seen by ffprobe and sox (skipped: one of them is not installed)', () => {
  let directory: string;
  let encoders: Mp3Encoding;
  let open: OpenRecording;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'recordings-'));
    encoders = new Mp3Encoding();
    open = recordingFiles(createFilePromptStore({ directory }), encoders);
  });
  afterAll(async () => {
    await encoders.close();
    await rm(directory, { recursive: true });
  });

  const run = (program: string, ...given: string[]): string => {
    const { stdout, stderr, status } = spawnSync(program, given);
    expect([status, String(stderr)]).toEqual([0, '']);
    return String(stdout).trim();
  };
  /** RMS of a channel of the file, in a band around a frequency. */
  const loudness = (file: string, channel: 1 | 2, frequency: number): number => {
    const band = [`${frequency - 100}-${frequency + 100}`];
    const effects = ['remix', String(channel), 'rate', '8000', 'sinc', ...band, 'stat'];
    const { stderr } = spawnSync('sox', [file, '-n', ...effects]);
    return Number(/RMS\s+amplitude:\s+([\d.]+)/.exec(String(stderr))?.[1]);
  };

  const lengths = [33, 37, 48, 61, 75, 88, 100, 119, 600, 1009, 3003];
  it.each([
    ...lengths.map((length) => ['wav', 2, length] as const),
    ...lengths.map((length) => ['mp3', 2, length] as const),
    ...lengths.filter((length) => length > 60).map((length) => ['mp3', 1, length] as const),
  ])('.%s in %i channel(s) of %i ms is that long, whoever counts', async (extension, channels, milliseconds) => {
    const name = `${channels}-${milliseconds}.${extension}`;
    const file = open('d.example', name, channels);
    if (file === undefined) throw new Error('no such format');
    const samples = new Int16Array(milliseconds * 8 * channels).fill(1000);
    file.write(samples);
    await file.commit();
    const path = join(directory, 'd.example', name);
    const probed = run('ffprobe', '-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path);
    const pcm = ['-t', 'raw', '-e', 'signed', '-b', '16', '-r', '8000', '-c', '1'];
    expect(run('sox', path, ...pcm, `${path}.raw`)).toBe('');
    const told = {
      ffprobe: Number(probed) * 1000,
      'sox --info': Number(run('sox', '--info', '-D', path)) * 1000,
      'sox, decoded': (await stat(`${path}.raw`)).size / 16,
    };
    for (const [by, length] of Object.entries(told)) {
      expect(Math.abs(length - milliseconds), `${by}: ${length}`).toBeLessThanOrEqual(20);
    }
    expect(run('ffmpeg', '-v', 'error', '-i', path, '-f', 'null', '-')).toBe('');
  });

  const pieces = [700, 1300].map((frequency) => tone([frequency], 4321, { level: 0.3 }));
  it.each([
    ['wav', 'pcm_s16le'],
    ['mp3', 'mp3'],
  ])('.%s: opens, is as long as what was said, each channel with its own voice', async (extension, codec) => {
    const file = open('d.example', `call.${extension}`, 2);
    if (file === undefined) throw new Error('no such format');
    const [left = new Int16Array(0), right = new Int16Array(0)] = pieces;
    // As a media thread hands them out: a second at a time, and what is left.
    for (let at = 0; at < left.length; at += 8000) {
      const length = Math.min(8000, left.length - at);
      const piece = new Int16Array(length * 2);
      for (let i = 0; i < length; i++) {
        piece[i * 2] = left[at + i] ?? 0;
        piece[i * 2 + 1] = right[at + i] ?? 0;
      }
      file.write(piece);
    }
    const size = await file.commit();
    const path = join(directory, 'd.example', `call.${extension}`);
    const wanted = 'format=duration,size:stream=channels,codec_name';
    const { format, streams } = JSON.parse(run('ffprobe', '-v', 'error', '-of', 'json', '-show_entries', wanted, path));
    expect(streams).toMatchObject([{ codec_name: codec, channels: 2 }]);
    expect(Number(format.size)).toBe(size);
    expect(Math.abs(Number(format.duration) * 1000 - 4321)).toBeLessThanOrEqual(20);
    expect(Math.abs(Number(run('sox', '--info', '-D', path)) * 1000 - 4321)).toBeLessThanOrEqual(20);
    for (const [channel, own, other] of [
      [1, 700, 1300],
      [2, 1300, 700],
    ] as const) {
      expect(loudness(path, channel, own)).toBeGreaterThan(0.19);
      expect(loudness(path, channel, other)).toBeLessThan(0.002);
    }
  });
});
