/** An utterance as espeak-ng is told it. The text itself goes through standard input, never through arguments. */
import type { Utterance } from './utterance.ts';

/** Languages that espeak-ng calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'ar-ae': 'ar',
  arb: 'ar',
  'cmn-cn': 'cmn',
  'cmn-tw': 'cmn',
  'en-au': 'en-gb',
  'en-gb-wls': 'en-gb',
  'en-ie': 'en-gb',
  'en-in': 'en-gb',
  'en-nz': 'en-gb',
  'en-sg': 'en-gb',
  'en-za': 'en-gb',
  'es-mx': 'es-419',
  'es-us': 'es-419',
  fil: 'id',
  'nb-no': 'nb',
  no: 'nb',
  'pt-pt': 'pt',
  'yue-cn': 'yue',
  'yue-hk': 'yue',
  'zh-cn': 'cmn',
  'zh-tw': 'cmn',
  zh: 'cmn',
};

/** The voice for a language among those that there are: itself, by its other name, else any of its language. */
export function voiceOf(language: string, voices: ReadonlySet<string>): string | undefined {
  const wanted = language.toLowerCase();
  const [base = ''] = wanted.split('-');
  const candidates = [wanted, OTHER_NAMES[wanted], base, OTHER_NAMES[base], `${base}-${base}`];
  return (
    candidates.find((each) => each !== undefined && voices.has(each)) ??
    [...voices].find((each) => each.startsWith(`${base}-`))
  );
}

/** Arguments besides those for input and output. */
export function espeakArguments(utterance: Utterance, voice: string): string[] {
  const { gender, rate, pitch, gain, ssml } = utterance;
  const variant = gender === 'female' ? '+f2' : '';
  const clamp = (value: number, most: number): string => String(Math.max(0, Math.min(most, Math.round(value))));
  return [
    ...['-v', `${voice}${variant}`],
    ...['-s', clamp(175 * rate, 450)],
    ...['-p', clamp(50 + pitch * 2.5, 99)],
    ...['-a', clamp(100 * 10 ** (gain / 20), 200)],
    ...['-b', '1'],
    ...(ssml ? ['-m'] : []),
  ];
}

/** Language codes in the table that `--voices` prints. */
export function readVoices(table: string): ReadonlySet<string> {
  return new Set(
    table
      .split('\n')
      .slice(1)
      .flatMap((line) => line.trim().split(/\s+/)[1]?.toLowerCase() ?? []),
  );
}
