/** Ways in which an application answers a question wrongly, for whichever callback asks. */
import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import type { TestContext } from '../../harness/types.ts';
import type { Json } from './answers.ts';

/** Ends of the slugs of `spec/requirements/wrong-answers.yaml`: what a way is about. */
export type About = 'status' | 'not-json' | 'cut-off' | 'too-large' | 'unending' | 'late' | 'no-object';

export interface Way {
  readonly name: string;
  /** After "answered with". */
  readonly title: string;
  readonly about: About;
  readonly answer: (ctx: TestContext) => RawAnswer;
}

/** 10 MB, and inside the limit of the suite's own reader. */
const tenMegabytes = 10_000_000;

/** `good` is carried out by whoever takes the answer for one. */
export const ways = (good: Json): readonly Way[] => {
  const text = JSON.stringify(good);
  const status = (code: number, more: RawAnswer = {}): Way => ({
    name: `status-${code}`,
    title: `status ${code}`,
    about: 'status',
    answer: () => ({ status: code, ...(code === 204 ? {} : { raw: text }), ...more }),
  });
  const way = (name: string, title: string, about: About, answer: RawAnswer): Way => ({
    name,
    title,
    about,
    answer: () => ({ expectInvalid: true, ...answer }),
  });
  return [
    status(201),
    status(204),
    status(302, { headers: { location: '/elsewhere' } }),
    status(404),
    way('text-plain', 'JSON as text/plain', 'not-json', { raw: text, contentType: 'text/plain' }),
    way('latin-1', 'JSON in Latin-1', 'not-json', {
      raw: Buffer.from(JSON.stringify({ ...good, sessionReferenceId: 'på' }), 'latin1'),
      contentType: 'application/json',
    }),
    way('nested', 'JSON that nests 9000 levels', 'not-json', {
      raw: `${text.slice(0, -1)},"sessionReferenceId":${'['.repeat(9000)}${']'.repeat(9000)}}`,
      contentType: 'application/json',
    }),
    way('array', 'an array', 'no-object', { json: [good] }),
    way('text', 'a JSON text', 'no-object', { json: 'ivr' }),
    way('cut-off', 'half a body and a reset', 'cut-off', { json: good, ending: 'cut' }),
    way('ten-megabytes', '10 MB', 'too-large', {
      raw: text.padStart(tenMegabytes),
      contentType: 'application/json',
    }),
    way('trickle', 'a body that trickles without an end', 'unending', {
      raw: text.padEnd(2000),
      contentType: 'application/json',
      ending: 'trickle',
    }),
    {
      name: 'late',
      title: 'a good answer after the time limit',
      about: 'late',
      answer: (ctx) => ({ json: good, delayMs: ctx.target.timers.callbackTimeoutMs + 500, expectInvalid: false }),
    },
  ];
};

/** A wrong answer, the requirement that it is about and the `error` of the alarm that it leads to. */
export interface Fault extends Omit<Way, 'about'> {
  readonly slug: string;
  readonly error: string;
}

/** Faults in answers to one question; `question` is the middle of the slugs, `failed` the usual `error`. */
export const faultsIn = (question: string, { failed, noObject = failed }: { failed: string; noObject?: string }) => ({
  /** Every way in which no object comes as JSON. */
  ways: (good: Json): readonly Fault[] =>
    ways(good).map((way) => ({
      ...way,
      slug: `wrong-answers-${question}-${way.about}`,
      error: way.about === 'no-object' ? noObject : failed,
    })),
  /** An object that says what it may not. */
  value: (name: string, title: string, json: unknown): Fault => ({
    name,
    title,
    slug: `wrong-answers-${question}-value`,
    error: failed,
    answer: () => ({ json, expectInvalid: true }),
  }),
});

/** Limit of waiting for what the end of a callback's time leads to, ms. */
export const afterTimeLimit = (ctx: TestContext): number =>
  ctx.target.timers.callbackTimeoutMs + ctx.target.timers.stepMs;
