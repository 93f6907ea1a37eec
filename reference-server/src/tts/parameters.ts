/** awsTTSParameters and googleTTSParameters, read and checked (D-PHRASE). Properties that concern only the cloud are passed over. */
import type { Json } from '../session/json.ts';
import { type Gender, pollyVoice } from './polly-voices.ts';
import { checkSsml } from './ssml.ts';
import { TtsError, type TtsRequest } from './tts.ts';
import type { Utterance } from './utterance.ts';

export type Fields = Readonly<Record<string, Json>>;

/** Amazon Polly takes 6,000 characters, 3,000 of them billed; Google 5,000 bytes. */
const MAX_CHARACTERS = 6000;
/** Where neither voice nor language is named. */
export const DEFAULT_LANGUAGE = 'en-US';

/** @throws {TtsError} TTS_PARAMETERS */
export function readParameters(request: TtsRequest): Utterance {
  return request.provider === 'aws' ? readAws(request.parameters) : readGoogle(request.parameters);
}

/** The body of SynthesizeSpeech: Text, TextType, VoiceId, LanguageCode. */
function readAws(fields: Fields): Utterance {
  const text = required(fields, 'Text');
  const ssml = oneOf(fields, 'TextType', ['text', 'ssml']) === 'ssml';
  const voiceId = optional(fields, 'VoiceId');
  const language = languageOf(fields, 'LanguageCode');
  const voice = voiceId === undefined ? undefined : pollyVoice(voiceId);
  if (voiceId !== undefined && voice === undefined && language === undefined) {
    throw wrong('VoiceId', `names no known voice (${voiceId}); with a LanguageCode any voice of that language will do`);
  }
  return {
    text: textLimits(text, ssml),
    ssml,
    language: language ?? voice?.language ?? DEFAULT_LANGUAGE,
    ...(voice === undefined ? {} : { gender: voice.gender }),
    rate: 1,
    pitch: 0,
    gain: 0,
  };
}

/** The body of text:synthesize: input.text or input.ssml, voice, audioConfig; defaults filled in. */
export interface GoogleText {
  readonly text: string;
  readonly ssml: boolean;
  readonly language: string;
  readonly name?: string;
  readonly gender?: GoogleGender;
  readonly rate: number;
  readonly pitch: number;
  readonly gain: number;
}

export const googleGenders = ['SSML_VOICE_GENDER_UNSPECIFIED', 'MALE', 'FEMALE', 'NEUTRAL'] as const;
export type GoogleGender = (typeof googleGenders)[number];

/** @throws {TtsError} TTS_PARAMETERS */
export function googleText(fields: Fields): GoogleText {
  const input = group(fields, 'input');
  const plain = optional(input, 'text', 'input.text');
  const ssml = optional(input, 'ssml', 'input.ssml');
  const text = ssml ?? plain;
  if (text === undefined || (plain !== undefined && ssml !== undefined)) {
    throw wrong('input', 'must have either text or ssml');
  }
  const voice = group(fields, 'voice');
  const name = optional(voice, 'name', 'voice.name');
  const named = name === undefined ? undefined : /^([a-z]{2,3}-[A-Z]{2,3})-/i.exec(name)?.[1];
  const gender = oneOf(voice, 'ssmlGender', googleGenders);
  const audio = group(fields, 'audioConfig');
  return {
    text: textLimits(text, ssml !== undefined),
    ssml: ssml !== undefined,
    language: languageOf(voice, 'languageCode') ?? named ?? DEFAULT_LANGUAGE,
    ...(name === undefined ? {} : { name }),
    ...(gender === undefined ? {} : { gender }),
    rate: ranged(audio, 'speakingRate', 0.25, 4, 1),
    pitch: ranged(audio, 'pitch', -20, 20, 0),
    gain: ranged(audio, 'volumeGainDb', -96, 16, 0),
  };
}

function readGoogle(fields: Fields): Utterance {
  const { name: _name, gender, ...utterance } = googleText(fields);
  return { ...utterance, ...genderOf(gender) };
}

function genderOf(gender: GoogleGender | undefined): { readonly gender?: Gender } {
  if (gender === 'MALE') return { gender: 'male' };
  return gender === 'FEMALE' ? { gender: 'female' } : {};
}

/** The text, once it can be spoken at all. */
export function textLimits(text: string, ssml: boolean): string {
  if (text.trim() === '') throw wrong('the text', 'is empty');
  if (text.length > MAX_CHARACTERS) throw wrong('the text', `has more than ${MAX_CHARACTERS} characters`);
  const fault = ssml ? checkSsml(text) : undefined;
  if (fault !== undefined) throw wrong('the SSML', fault);
  return text;
}

export function wrong(name: string, what: string): TtsError {
  return new TtsError('TTS_PARAMETERS', `${name} ${what}`);
}

/** Null counts as absent: the samples of the API document show it where nothing is meant. */
export function optional(fields: Fields, name: string, shown = name): string | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrong(shown, 'must be a string');
  return value;
}

export function required(fields: Fields, name: string): string {
  const value = optional(fields, name);
  if (value === undefined) throw wrong(name, 'is missing');
  return value;
}

export function oneOf<Value extends string>(fields: Fields, name: string, values: readonly Value[]): Value | undefined {
  const value = optional(fields, name);
  const found = values.find((each) => each === value);
  if (value !== undefined && found === undefined) throw wrong(name, `must be one of ${values.join(', ')}`);
  return found;
}

export function languageOf(fields: Fields, name: string): string | undefined {
  const value = optional(fields, name);
  if (value !== undefined && !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(value)) {
    throw wrong(name, 'is no language code like en-US');
  }
  return value;
}

function ranged(fields: Fields, name: string, least: number, most: number, otherwise: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw wrong(name, `must be a number from ${least} to ${most}`);
  }
  return value;
}

function group(fields: Fields, name: string): Fields {
  const value = fields[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(name, 'must be an object');
  return value as Fields;
}
