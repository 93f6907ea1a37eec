/**
 * The embedded synthesiser: espeak-ng as a program of its own. It is GPL: nothing of it is loaded or shipped.
 */
import { espeakArguments, readVoices, voiceOf } from './espeak-arguments.ts';
import { type Limits, type Program, runProgram } from './run-program.ts';
import { TtsError } from './tts.ts';
import type { Utterance } from './utterance.ts';

export interface Espeak {
  /** A WAV file. Rejects with a TtsError. */
  speak(utterance: Utterance): Promise<Uint8Array>;
}

/** Looks for `program`. Rejects with TTS_UNAVAILABLE. */
export async function findEspeak(program: string, limits: Limits): Promise<Espeak> {
  const run: Run = (options) => ({ file: program, arguments: ['--stdin', '--stdout', ...options] });
  try {
    const table = await runProgram(run(['--voices']), '', limits);
    return espeak(run, readVoices(table.toString()), limits);
  } catch (error) {
    if (!(error instanceof TtsError)) throw error;
    const hint = 'install espeak-ng (Debian, Ubuntu: apt-get install espeak-ng; macOS: brew install espeak-ng)';
    throw new TtsError('TTS_UNAVAILABLE', `no speech synthesiser is installed: ${hint}`);
  }
}

type Run = (options: readonly string[]) => Program;

function espeak(run: Run, voices: ReadonlySet<string>, limits: Limits): Espeak {
  return {
    async speak(utterance) {
      const voice = voiceOf(utterance.language, voices);
      if (voice === undefined) {
        throw new TtsError('TTS_PARAMETERS', `the synthesiser has no voice for ${utterance.language}`);
      }
      const wav = await runProgram(run(espeakArguments(utterance, voice)), utterance.text, limits);
      if (wav.length <= 44) throw new TtsError('TTS_FAILED', 'the synthesiser said nothing');
      return wav;
    },
  };
}
