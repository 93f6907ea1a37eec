/** Recordings of real calls, as programs of others open them: their length is that of the time which was recorded. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMediaEngine } from '../../media/engine.ts';
import type { RecordedSpan } from '../../media/messages.ts';
import type { Json } from '../../session/json.ts';
import { withStage } from './with-stage.ts';

vi.setConfig({ testTimeout: 60_000 });

const ffprobe = spawnSync('ffprobe', ['-version']).status === 0;
const sox = /AUDIO FILE FORMATS:.*\bmp3\b/.test(String(spawnSync('sox', ['--help']).stdout));

describe.skipIf(!ffprobe || !sox)('recordings of calls (skipped: ffprobe, or sox with MP3, is not installed)', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'recordings-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** The moments between which was recorded, as the engine tells them, oldest recording first. */
  const spans: RecordedSpan[] = [];
  const theStage = withStage(undefined, {
    parts: {
      media: (options) =>
        createMediaEngine({
          ...options,
          onEvent(event) {
            if (event.type === 'media.recorded' && event.span !== undefined) spans.push(event.span);
            options.onEvent(event);
          },
        }),
    },
  });

  /** What it prints; it must complain of nothing. */
  const run = (program: string, ...given: string[]): string => {
    const { stdout, stderr, status } = spawnSync(program, given);
    expect([status, String(stderr)]).toEqual([0, '']);
    return String(stdout).trim();
  };
  /** Milliseconds, by each of what tells a length. */
  async function lengths(path: string): Promise<Record<string, number>> {
    const entries = ['-show_entries', 'format=duration', '-of', 'csv=p=0'];
    const pcm = ['-t', 'raw', '-e', 'signed', '-b', '16', '-r', '8000', '-c', '1'];
    expect(run('sox', path, ...pcm, `${path}.raw`)).toBe('');
    return {
      ffprobe: Number(run('ffprobe', '-v', 'error', ...entries, path)) * 1000,
      'sox --info': Number(run('sox', '--info', '-D', path)) * 1000,
      'sox, decoded': (await stat(`${path}.raw`)).size / 16,
    };
  }

  it.each([
    ['wav', 'short', 3],
    ['wav', 'of a few seconds', 150],
    ['mp3', 'short', 3],
    ['mp3', 'a little longer', 5],
    ['mp3', 'of a few seconds', 150],
  ] as const)('.%s, %s: two channels, right to 20 ms by ffprobe and sox', async (extension, _, packets) => {
    const stage = theStage();
    stage.app.answer = ({ name }) => {
      if (name === 'newCall') return { action: 'call', destAddr: `sip:bob@${stage.phones.address}` };
      return name === 'callEvent' ? { action: 'drop' } : undefined;
    };
    spans.length = 0;
    const there = stage.phones.answerNext();
    const caller = await stage.phones.call(stage.uri('1000'));
    if ('status' in caller) throw new Error(`the call was refused with ${caller.status}`);
    const callee = await there;
    const { connectionId } = (await stage.app.next('callAnswered')).body;
    caller.ear.voice = 600;
    callee.ear.voice = 1000;
    await expect.poll(() => callee.ear.millisecondsOf(600)).toBeGreaterThan(100);
    await expect.poll(() => caller.ear.millisecondsOf(1000)).toBeGreaterThan(100);

    const recordingFileName = `${packets}.${extension}`;
    const connection = { connectionId: connectionId as Json };
    expect((await stage.rest('startrecording', { ...connection, recordingFileName })).status).toBe(200);
    const from = caller.ear.heard.length;
    await expect.poll(() => caller.ear.heard.length - from, { interval: 5, timeout: 15_000 }).toBeGreaterThan(packets);
    expect((await stage.rest('stoprecording', connection)).status).toBe(200);
    const { body } = await stage.app.next('recordingReady');
    await callee.hangup();
    await stage.app.next('sessionCompleted');

    const path = join(directory, recordingFileName);
    const bytes = await stage.getPrompt(recordingFileName);
    expect(bytes.length).toBe(body.fileSize);
    await writeFile(path, bytes);
    const [span] = spans;
    if (span === undefined) throw new Error('nothing was recorded');
    for (const [by, length] of Object.entries(await lengths(path))) {
      expect(Math.abs(length - (span.to - span.from)), `${by}: ${length} of ${span.to - span.from}`).toBeLessThan(20);
    }
    expect(run('sox', '--info', '-c', path)).toBe('2');
    expect(run('ffprobe', '-v', 'error', '-show_entries', 'stream=channels', '-of', 'csv=p=0', path)).toBe('2');
  });
});
