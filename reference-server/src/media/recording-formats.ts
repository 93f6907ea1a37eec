import type { PromptStore } from '../storage/prompt-store.ts';
import type { Mp3Encoding } from './mp3-encoding.ts';
import { Mp3File } from './mp3-file.ts';
import type { RecordingFile } from './recording-file.ts';
import { WavFile } from './wav-file.ts';

/** Begins a recording; undefined for a name that names no format (D-RECNAME). */
export type OpenRecording = (domain: string, fileName: string, channels: 1 | 2) => RecordingFile | undefined;

export function recordingFiles(prompts: PromptStore, encoders: Mp3Encoding): OpenRecording {
  return (domain, fileName, channels) => {
    const open = () => prompts.create(domain, fileName);
    if (/\.wav$/i.test(fileName)) return new WavFile(open, channels);
    return /\.mp3$/i.test(fileName) ? new Mp3File(open, channels, encoders) : undefined;
  };
}
