/**
 * The embedded synthesiser: espeak-ng as a program of its own, Debian's or the WebAssembly build of the optional
 * package `espeak-ng`. Both are GPL; neither is loaded into this process.
 */
import { fileURLToPath } from 'node:url';
import { espeakArguments, readVoices, voiceOf } from './espeak-arguments.ts';
import { type Limits, type Program, runProgram } from './run-program.ts';
import { TtsError } from './tts.ts';
import type { Utterance } from './utterance.ts';

export type EspeakKind = 'program' | 'wasm';

export interface Espeak {
  readonly kind: EspeakKind;
  /** A WAV file. Rejects with a TtsError. */
  speak(utterance: Utterance): Promise<Uint8Array>;
}

/** Looks for `program`, then for the WebAssembly build; `only` looks for one of them. Rejects with TTS_UNAVAILABLE. */
export async function findEspeak(program: string, limits: Limits, only?: EspeakKind): Promise<Espeak> {
  for (const kind of only === undefined ? (['program', 'wasm'] as const) : [only]) {
    try {
      const run = kind === 'program' ? installed(program) : wasm();
      const table = await runProgram(run(['--voices']), '', limits);
      return espeak(kind, run, readVoices(table.toString()), limits);
    } catch (error) {
      // Neither being there is told below; this one is broken when it is there and does not run.
      if (!(error instanceof TtsError)) throw error;
    }
  }
  const hint = 'install espeak-ng (Debian, Ubuntu: apt-get install espeak-ng) or the npm package espeak-ng@1.0.2';
  throw new TtsError('TTS_UNAVAILABLE', `no speech synthesiser is installed: ${hint}`);
}

type Run = (options: readonly string[]) => Program;

function installed(program: string): Run {
  return (options) => ({ file: program, arguments: ['--stdin', '--stdout', ...options] });
}

function wasm(): Run {
  const name = `./espeak-wasm.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const script = fileURLToPath(new URL(name, import.meta.url));
  return (options) => ({ file: process.execPath, arguments: [script, ...options] });
}

function espeak(kind: EspeakKind, run: Run, voices: ReadonlySet<string>, limits: Limits): Espeak {
  return {
    kind,
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
