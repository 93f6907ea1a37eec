import { callback, mutant, rest } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';
import type { HttpMessage } from '../wires/http-message.ts';

const taken = { success: true };
const refused = { success: false, error: 'refused', message: 'It is refused.' };

/** Statuses of refusals that the target takes as if all were well: name, what it takes, requirement, status, scenario. */
const lenient: readonly (readonly [name: string, what: string, slug: string, status: number, scenario: string])[] = [
  ['no-token', 'a request without Authorization', 'rest-general-auth-missing-token', 401, 'missing-token'],
  ['basic', 'Basic credentials', 'rest-general-auth-other-scheme', 401, 'other-scheme'],
  ['no-jwt', 'a bearer token that is no JWT', 'rest-general-auth-garbage-token', 401, 'garbage-token'],
  ['signature', 'a JWT with another signature', 'rest-general-auth-wrong-signature', 401, 'wrong-signature'],
  ['expired', 'a JWT whose time is over', 'rest-general-auth-expired', 401, 'expired-token'],
  ['unsigned', 'an unsigned JWT', 'rest-general-auth-alg-none', 401, 'unsigned-token'],
  ['algorithm', 'a JWT of another algorithm', 'rest-general-auth-alg-confusion', 401, 'other-algorithm'],
  ['foreign-token', "another domain's token", 'rest-general-auth-other-domain', 403, 'token-of-another-domain'],
  ['unknown-domain', 'a domain that is not configured', 'rest-general-unknown-domain', 404, 'unknown-domain'],
  ['unknown-route', 'an operation that does not exist', 'rest-general-unknown-route', 404, 'unknown-operation'],
  ['no-json', 'a body that is no JSON', 'rest-general-malformed-json', 400, 'malformed-json'],
  ['no-body', 'an empty body', 'rest-general-empty-body', 400, 'empty-body'],
  ['no-object', 'a body that is no object', 'rest-general-body-not-object', 400, 'body-is-no-object'],
  ['wrong-type', 'properties of the wrong type', 'rest-general-wrong-type', 400, 'wrong-types'],
  ['media-type', 'a body of another media type', 'rest-general-media-type', 415, 'other-media-types'],
  ['forged', 'a replyId whose signature does not verify', 'rest-general-replyid-forged', 403, 'reply-id-forged'],
  ['no-reply-id', 'a replyId that is no token', 'rest-general-replyid-garbage', 403, 'reply-id-garbage'],
  [
    'foreign-reply-id',
    "a replyId of another domain's call",
    'rest-general-replyid-other-domain',
    403,
    'reply-id-of-another-domain',
  ],
  [
    'reply-id-gone',
    'a replyId whose call is over',
    'rest-general-replyid-call-gone',
    404,
    'reply-id-of-a-call-that-is-over',
  ],
];

const method = (message: HttpMessage): string => message.asked?.method ?? '';

export const restGeneral: readonly Mutant[] = [
  ...lenient.map(([name, what, slug, status, scenario]) =>
    mutant(
      `rest-general/takes-${name}`,
      `The target takes ${what}`,
      slug,
      rest('*')
        .when((message) => message.status === status)
        .status(200, taken),
      { scenarios: [`rest-general/${scenario}`] },
    ),
  ),
  mutant(
    'rest-general/put-in-place-of-post',
    'Operations are there for another method only',
    'rest-general-post-json',
    rest('*')
      .when((message) => method(message) === 'POST')
      .status(405, refused),
  ),
  mutant(
    'rest-general/success-as-text',
    'success of an operation that was taken is a text',
    'rest-general-answers-success-true',
    rest('*').having('/success', true).set('/success', 'true'),
  ),
  mutant(
    'rest-general/created',
    'An operation that was taken answers 201',
    'rest-general-answers-success-true',
    rest('*').having('/success', true).status(201),
  ),
  mutant(
    'rest-general/text-plain',
    'Answers carry Content-Type text/plain',
    'rest-general-answer-content-type',
    rest('*').header('Content-Type', 'text/plain'),
  ),
  mutant(
    'rest-general/other-domain-acts',
    'The operation acts for another domain than that of the path',
    'rest-general-domain-in-path',
    callback('sessionCompleted').change('/domain', (was) => `other.${String(was)}`),
    { scenarios: ['sessioncompleted/called-party-hangs-up'] },
  ),
  mutant(
    'rest-general/valid-token-refused',
    'A valid token is refused',
    'rest-general-auth-valid-token',
    rest('*')
      .when((message) => message.status === 200)
      .status(401, refused),
  ),
  mutant(
    'rest-general/refused-but-done',
    'A request with a forged replyId is refused, and ends the call all the same',
    'rest-general-auth-no-side-effect',
    rest('interruptIvrCommand').status(404, refused),
    { scenarios: ['rest-general/reply-id-forged'] },
  ),
  mutant(
    'rest-general/get-is-fine',
    'Other methods of an operation are taken as well',
    'rest-general-method-not-allowed',
    rest('*')
      .when((message) => message.status === 405)
      .status(200, taken),
  ),
  mutant(
    'rest-general/refusal-without-code',
    'A refusal has no code',
    'rest-general-error-shape',
    rest('*')
      .when((message) => message.status >= 400)
      .set('/error', ''),
  ),
  mutant(
    'rest-general/refusal-is-success',
    'The body of a refusal says that all is well',
    'rest-general-error-shape',
    rest('*')
      .when((message) => message.status >= 400)
      .set('/success', true),
  ),
  mutant(
    'rest-general/code-with-a-number',
    'The code of a fault is another one each time',
    'rest-general-error-code-stable',
    rest('*')
      .when((message) => message.status >= 400)
      .json((json, _message, memory) => {
        const count = Number(memory.get('count') ?? 0) + 1;
        memory.set('count', count);
        return { ...Object(json), error: `${String(Object(json).error)}-${count}` };
      }),
  ),
  mutant(
    'rest-general/pointer-of-the-body',
    'details point at the body as a whole',
    'rest-general-error-details-pointer',
    rest('*')
      .when((message) => message.status === 400)
      .json((json) => ({ ...Object(json), details: [{ pointer: '', message: 'It is wrong.' }] })),
    { scenarios: ['rest-general/wrong-types'] },
  ),
  mutant(
    'rest-general/unknown-property-refused',
    'A request with a property that the API does not know is refused',
    'rest-general-extra-properties',
    rest('*').request.edit((message) =>
      'notOfTheApi' in message.body ? { answer: { status: 400, json: refused } } : undefined,
    ),
    { scenarios: ['rest-general/extra-properties'] },
  ),
  mutant(
    'rest-general/deaf-after-a-refusal',
    'After a refusal the next request is refused too',
    'rest-general-keep-serving',
    rest('*')
      .when((message) => message.status === 404 && message.operation === 'hangupParticipant')
      .status(503, refused),
  ),
  mutant(
    'rest-general/ids-with-prefix',
    'Ids are no UUIDs',
    'rest-general-uuid-ids',
    callback('callAnswered').change('/connectionId', (was) => `c-${String(was)}`),
  ),
  mutant(
    'rest-general/reference-as-text',
    'A sessionReferenceId comes back as text',
    'rest-general-reference-any-json',
    callback('sessionCompleted').change('/sessionReferenceId', (was) =>
      typeof was === 'string' ? `${was} ` : JSON.stringify(was),
    ),
  ),
];
