import { isObject } from '../../drivers/http.ts';
import { callback, mutant, rtp, sip } from '../dsl/index.ts';
import type { Memory, Mutant, Rewrite, RtpRewrite } from '../types.ts';

const asked = callback('getIvrCommand');
const keys = rtp.toTarget;

const one = (
  name: string,
  title: string,
  slug: string,
  rewrite: Rewrite | readonly Rewrite[],
  scenario: string,
): Mutant => mutant(`dtmf/${name}`, title, `dtmf-${slug}`, rewrite, { scenarios: [`dtmf/${scenario}`] });

const loud = (pcm: Int16Array): boolean => pcm.some((sample) => Math.abs(sample) > 1500);

/** The first key that is heard as a tone is silence. */
const firstToneUnheard: RtpRewrite = keys.samples((pcm, _packet, memory) => {
  const state = memory.get('tone');
  if (state === 'over') return pcm;
  if (loud(pcm)) {
    memory.set('tone', 'on');
    return pcm.fill(0);
  }
  if (state === 'on') memory.set('tone', 'over');
  return pcm;
});

const counted = (memory: Memory): number => {
  const count = Number(memory.get('loud') ?? 0) + 1;
  memory.set('loud', count);
  return count;
};

/** In the midst of what is said somebody presses 4, as it were. */
const keyInTheVoice: RtpRewrite = keys.samples((pcm, { timestamp }, memory) => {
  if (!loud(pcm)) return pcm;
  const count = counted(memory);
  if (count <= 40 || count > 47) return pcm;
  return pcm.map((_was, i) => {
    const at = (2 * Math.PI * (timestamp + i)) / 8000;
    return 6000 * (Math.sin(770 * at) + Math.sin(1209 * at));
  });
});

const pressed: readonly Mutant[] = [
  one('key-overlooked', 'A short key is overlooked', 'rfc4733', keys.loseKey(1), 'short-and-long'),
  one('key-twice', 'A key that is held is taken for two', 'rfc4733', keys.doubleKey(4), 'short-and-long'),
  one('no-end-no-key', 'A key without end packets is overlooked', 'rfc4733-lost-end', keys.loseKey(1), 'no-end-packet'),
  one(
    'same-key-once',
    'The same key pressed twice is taken for one',
    'rfc4733-same-digit',
    keys.loseKey(3),
    'each-digit-once',
  ),
  one(
    'doubled-packets-count',
    'Doubled packets are a second key',
    'rfc4733-duplicates',
    keys.doubleKey(1),
    'doubled-packets',
  ),
  one('d-for-a', 'D is taken for A', 'rfc4733-all-keys', keys.changeKey(12, 16), 'every-key'),
  one(
    'other-payload-type',
    'The first key under the payload type 96 is not understood',
    'rfc4733-payload-type',
    keys.loseKey(1),
    'payload-type-96',
  ),
  one(
    'merged-without-end',
    'The same key again, without end packets between, is taken for one',
    'rfc4733-conditions',
    keys.loseKey(2),
    'matrix-rfc4733-no-end',
  ),
  one('info-refused', 'INFO with a key gets 415', 'info', sip.response('INFO', 200).status(415), 'info'),
  one(
    'info-copies-count',
    'An INFO that is sent again is a second key',
    'info-retransmitted',
    asked.json((json) => {
      if (!isObject(json) || !isObject(json.dtmfParams)) return undefined;
      const twice = (text: unknown): string => String(text).replace('3', '33');
      const dtmfParams = { ...json.dtmfParams, dtmfMatch: twice(json.dtmfParams.dtmfMatch) };
      return { ...json, dtmfBuffer: twice(json.dtmfBuffer), dtmfParams };
    }),
    'info',
  ),
  one(
    'info-number-unknown',
    'A key in INFO that is the number of its event is taken for its first digit',
    'info-conditions',
    sip.request('INFO').toTarget.changing((message) => {
      message.body = message.body.replace('Signal=10', 'Signal=1');
    }),
    'matrix-info-forms',
  ),
  one('tone-overlooked', 'The first tone is overlooked', 'in-band', firstToneUnheard, 'in-band'),
  one(
    'quiet-tones-overlooked',
    'Tones at -30 dB are overlooked',
    'in-band-conditions',
    keys.samples((pcm) => (pcm.some((sample) => Math.abs(sample) > 3000) ? pcm : pcm.fill(0))),
    'matrix-in-band-quiet',
  ),
  one('voice-is-a-key', 'A voice is taken for a key', 'in-band-talk-off', keyInTheVoice, 'talk-off-voice'),
  one(
    'not-passed-on',
    'The first key does not reach the other party',
    'passed-on',
    rtp.leg('callee').loseKey(1),
    'passed-on-events-to-events',
  ),
  one(
    'passed-on-twice',
    'A key reaches the other party twice',
    'passed-on',
    rtp.leg('callee').doubleKey(1),
    'passed-on-info-to-events-transcoded',
  ),
  one(
    'not-passed-on-as-tones',
    'Keys do not reach a party without telephone-event',
    'passed-on',
    rtp.leg('callee').silence(),
    'passed-on-events-to-tones',
  ),
];

const reason = (was: string, by: string): Rewrite =>
  asked.having('/dtmfParams/reason', was).set('/dtmfParams/reason', by);

const endings: readonly Mutant[] = [
  one(
    'one-too-few',
    'The collecting ends one digit before maxDigits',
    'max-digits',
    asked.answer.change('/dtmf/maxDigits', (was) => Number(was) - 1),
    'max-digits',
  ),
  one(
    'max-digits-otherwise',
    'maxDigits is told as betweenTimeout',
    'max-digits-reason',
    reason('maxDigits', 'betweenTimeout'),
    'max-digits',
  ),
  one(
    'key-not-told',
    'The termination key is not told',
    'termination-key',
    asked.drop('/dtmfParams/matchedTerminationKey'),
    'termination-keys',
  ),
  one(
    'first-key-of-several',
    'Of several termination keys the first is overlooked',
    'termination-key-set',
    asked.answer.change('/dtmf/terminationKey', (was) => (String(was).length > 1 ? String(was).slice(1) : undefined)),
    'termination-keys',
  ),
  one(
    'key-in-match',
    'dtmfMatch ends with the termination key',
    'termination-key-not-in-match',
    asked.change('/dtmfParams/dtmfMatch', (was, { body: { dtmfParams } }) =>
      isObject(dtmfParams) ? `${String(was)}${String(dtmfParams.matchedTerminationKey)}` : undefined,
    ),
    'termination-keys',
  ),
  one(
    'first-timeout-otherwise',
    'firstTimeout is told as betweenTimeout',
    'first-timeout',
    reason('firstTimeout', 'betweenTimeout'),
    'first-timeout',
  ),
  one(
    'first-timeout-from-the-answer',
    'firstTimeout runs while phrases play',
    'first-timeout-from-phrases',
    asked.answer.change('/dtmf/firstTimeout', (was, { body }) => ('phrases' in body ? Number(was) - 1.5 : undefined)),
    'first-timeout',
  ),
  one(
    'first-timeout-halved',
    'firstTimeout is half as long',
    'first-timeout-given',
    asked.answer.change('/dtmf/firstTimeout', (was) => Number(was) / 2),
    'first-timeout',
  ),
  one(
    'between-timeout-otherwise',
    'betweenTimeout is told as maxDigits',
    'between-timeout',
    reason('betweenTimeout', 'maxDigits'),
    'between-timeout',
  ),
  one(
    'between-timeout-cuts',
    'betweenTimeout ends the collecting though digits go on coming',
    'between-timeout-restarts',
    asked.answer.set('/dtmf/betweenTimeout', 0.7),
    'between-timeout',
  ),
  one(
    'between-timeout-longer',
    'betweenTimeout is half as long again',
    'between-timeout-given',
    asked.answer.change('/dtmf/betweenTimeout', (was) => Number(was) * 1.5),
    'between-timeout',
  ),
];

const buffer: readonly Mutant[] = [
  one(
    'deaf-during-phrases',
    'Digits that are entered while a phrase plays are forgotten',
    'digits-during-phrases',
    keys.events.lose(),
    'typed-ahead',
  ),
  one(
    'buffer-of-one-command',
    'dtmfBuffer holds what the last command has collected',
    'buffer-accumulates',
    asked.change('/dtmfBuffer', (was) => String(was).slice(-2)),
    'buffer-and-flush',
  ),
  one(
    'buffer-without-keys',
    'dtmfBuffer has no termination keys',
    'buffer-includes-keys',
    asked.change('/dtmfBuffer', (was) => String(was).replace(/[*#]/g, '')),
    'termination-keys',
  ),
  one('flush-unheeded', 'flush is not heeded', 'flush', asked.answer.drop('/dtmf/flush'), 'buffer-and-flush'),
  one(
    'flush-last',
    'flush empties the buffer of the digits of its own command too',
    'flush-first',
    asked.having('/dtmfBuffer', '56').drop('/dtmfBuffer'),
    'buffer-and-flush',
  ),
  one(
    'md5-in-capitals',
    'The MD5 is written in capitals',
    'encryption-md5',
    asked.change('/dtmfParams/dtmfMatch', (was) => String(was).toUpperCase()),
    'encryption',
  ),
  one(
    'md5-without-salt',
    'The salt is left out of the MD5',
    'encryption-md5',
    asked.answer.set('/dtmf/encryption/salt', ''),
    'encryption',
  ),
  one(
    'buffer-in-clear',
    'dtmfBuffer shows the digits',
    'encryption-buffer',
    asked.change('/dtmfBuffer', () => '48159263'),
    'encryption',
  ),
  one(
    'encrypted-for-ever',
    'What comes after the request that was to be encrypted is encrypted too',
    'encryption-once',
    asked.having('/dtmfParams/dtmfMatch', '77').set('/dtmfParams/dtmfMatch', '28dd2c7955ce926456240b2ff0100bde'),
    'encryption',
  ),
  one(
    'type-not-told',
    'The type of the encryption is not told',
    'encryption-type-told',
    asked.drop('/dtmfParams/encryption'),
    'encryption',
  ),
  one(
    'flush-collects',
    'A dtmf with flush alone collects',
    'no-collect',
    asked.nth(3).json((json) => ({ ...Object(json), dtmfParams: { reason: 'firstTimeout' } })),
    'flush-alone',
  ),
];

export const dtmf: readonly Mutant[] = [pressed, endings, buffer].flat();
