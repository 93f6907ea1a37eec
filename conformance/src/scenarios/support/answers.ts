/** What the customer application of a scenario answers: small pure values, put together by scenarios as they need. */

/** A JSON object as the application answers it. */
export type Json = Readonly<Record<string, unknown>>;

/** To newCall: take the call into the IVR. */
export const ivr = (more: Json = {}): Json => ({ action: 'ivr', ...more });

/** To newCall or callEvent: refuse the call, or hang up. Without a code the service chooses its own. */
export const drop = (dropCode?: string | number, more: Json = {}): Json => ({
  action: 'drop',
  ...(dropCode === undefined ? {} : { dropCode }),
  ...more,
});

/**
 * To getIvrCommand: nothing to be heard, and no next command for as long as any scenario runs. It collects a digit that
 * never comes, which every implementation of the documented properties can do.
 */
export const waiting = (more: Json = {}): Json => ({ dtmf: { maxDigits: 1, firstTimeout: 60 }, ...more });

/** To getIvrCommand: the end of the call. */
export const hangUp = (more: Json = {}): Json => ({ hangup: true, ...more });

/** To getIvrCommand: play these phrases, then what `more` says. */
export const play = (phrases: readonly Json[], more: Json = {}): Json => ({ phrases, ...more });

/** A phrase that is spoken, in the words of Amazon Polly's SynthesizeSpeech. */
export const spoken = (text: string, more: Json = {}): Json => ({
  format: 'awstts',
  awsTTSParameters: { Text: text, VoiceId: 'Joanna', OutputFormat: 'pcm', SampleRate: '8000', ...more },
  cacheTimeToLive: 'WEEK',
});

/** A phrase from prompt storage. */
export const stored = (fileName: string, more: Json = {}): Json => ({ format: 'file', fileName, ...more });

/** Speech that lasts longer than any scenario looks at it; the text is always the same, so it is made once. */
export const longSpeech = spoken(
  Array.from({ length: 12 }, (_, line) => `Line ${line + 1} of a text that goes on for a while.`).join(' '),
);
