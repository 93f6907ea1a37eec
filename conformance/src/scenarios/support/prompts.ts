/** Prompts that the suite makes itself, so that what is heard can be held against what was given. */
import { audio } from '../../harness/index.ts';
import type { TestContext } from '../../harness/types.ts';
import { wav } from '../../harness/wav.ts';
import { type Json, stored } from './answers.ts';
import { withAudioServer } from './audio-server.ts';

/** Level of the suite's tones, dBov: loud enough to stand out, far from clipping. */
export const toneLevel = -16;

/** A WAV of one tone, 8 kHz. */
export const sine = (frequency: number, milliseconds: number, level = toneLevel): Uint8Array =>
  wav(audio.tone(frequency, milliseconds, level));

/** A phrase for each prompt: a stored file where the target lets us store one, otherwise audio that it fetches. */
export async function withPrompts<Name extends string, T>(
  ctx: TestContext,
  prompts: Readonly<Record<Name, Uint8Array>>,
  use: (phrases: Readonly<Record<Name, Json>>) => Promise<T>,
): Promise<T> {
  const names = Object.keys(prompts) as Name[];
  if (ctx.target.capabilities.includes('prompts')) {
    return withStoredPrompts(ctx, prompts, (files) => use(phrasesOf(names, (name) => stored(files[name]))));
  }
  return withAudioServer(ctx, prompts, (server) =>
    use(phrasesOf(names, (name) => ({ format: 'url', url: server.url(name) }))),
  );
}

/** Stores the prompts under names that no other scenario has, hands the names over, and removes the files. */
export async function withStoredPrompts<Name extends string, T>(
  ctx: TestContext,
  prompts: Readonly<Record<Name, Uint8Array>>,
  use: (fileNames: Readonly<Record<Name, string>>) => Promise<T>,
): Promise<T> {
  const names = Object.keys(prompts) as Name[];
  const files = Object.fromEntries(names.map((name) => [name, `suite-${ctx.newId()}.wav`])) as Record<Name, string>;
  const path = (name: Name): string => `promptfile/${files[name]}`;
  const store = async (name: Name): Promise<void> => {
    const variant = { method: 'PUT', raw: prompts[name], contentType: 'audio/wav' } as const;
    const { status, raw } = await ctx.rest.send(path(name), undefined, variant);
    if (status !== 201 && status !== 200) throw new Error(`PUT of the prompt ${name} got ${status}: ${raw}`);
  };
  const remove = (name: Name): Promise<unknown> => ctx.rest.send(path(name), undefined, { method: 'DELETE' });
  try {
    await Promise.all(names.map(store));
    return await use(files);
  } finally {
    await Promise.all(names.map(remove));
  }
}

/** One prompt and the phrase that plays it. */
export const withTone = <T>(
  ctx: TestContext,
  frequency: number,
  milliseconds: number,
  use: (phrase: Json) => Promise<T>,
): Promise<T> => withPrompts(ctx, { tone: sine(frequency, milliseconds) }, ({ tone }) => use(tone));

function phrasesOf<Name extends string>(names: readonly Name[], phrase: (name: Name) => Json): Record<Name, Json> {
  return Object.fromEntries(names.map((name) => [name, phrase(name)])) as Record<Name, Json>;
}
