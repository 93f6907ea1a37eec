/** Ways to break a target that a row of the catalogue suggests by its sources. Which of them is used is in `mutants/derived.json`. */
import type { Requirement, Source } from '@mediaservice/spec';
import { isObject } from '../drivers/http.ts';
import { another, callback, rest } from './dsl/index.ts';
import type { Recipe } from './recipe.ts';
import { mediaRecipes, sipRecipes } from './recipes-wire.ts';
import type { Rewrite } from './types.ts';

/** All recipes of a row, the most fitting first. */
export function recipesFor(row: Pick<Requirement, 'source' | 'area'>): readonly Recipe[] {
  const own = [...row.source.flatMap(ofSource), ...row.source.flatMap(laterRecipes)];
  const general = [...generalRecipes(row.area)];
  const keys = new Set<string>();
  return [...own, ...general].filter(({ key }) => !keys.has(key) && keys.add(key));
}

function ofSource(source: Source): readonly Recipe[] {
  if ('callback' in source) {
    const { callback: name, property, part = 'body' } = source;
    if (part === 'answer') return property === undefined ? [] : ofAnswer(name, property);
    return property === undefined ? ofCallback(name) : [...ofProperty(name, property), ...ofCallback(name)];
  }
  if ('operation' in source) {
    const { operation, property, part = 'body' } = source;
    const more = ofOperation(operation);
    if (property === undefined || part === 'path') return more;
    return [...(part === 'answer' ? ofReply(operation, property) : ofAsked(operation, property)), ...more];
  }
  if ('schema' in source && source.property !== undefined)
    return ofSchema(source.property.split('.').at(-1) ?? source.property);
  return [];
}

const one = (key: string, title: string, rewrite: Rewrite, own = true): Recipe => ({
  ...{ key, title, own },
  rewrites: [rewrite],
});

/** `dtmfParams.reason` is `/dtmfParams/reason`. */
const pointerOf = (property: string): string => `/${property.replaceAll('.', '/')}`;

const ofProperty = (name: string, property: string): readonly Recipe[] => [
  one(`${name}.${property} other`, `${name} has another ${property}`, callback(name).change(pointerOf(property))),
  one(`${name}.${property} gone`, `${name} has no ${property}`, callback(name).drop(pointerOf(property))),
  one(
    `${name}.${property} there`,
    `${name} has a ${property} where it ought to have none`,
    callback(name).json((json) =>
      isObject(json) && json[property] === undefined ? { ...json, [property]: 'there' } : undefined,
    ),
  ),
  {
    ...one(
      `${name}.${property} type`,
      `${name} has a ${property} of another type`,
      callback(name).type(pointerOf(property)),
    ),
    schema: pointerOf(property),
  },
];

/** Only the second, third … time: what a scenario expects before it would be missed first. */
const later = [2, 3, 4, 5, 6];

/** The same again for later messages. */
const laterRecipes = (source: Source): readonly Recipe[] => {
  if ('callback' in source && source.property !== undefined) {
    const { callback: name, property, part = 'body' } = source;
    const pointer = pointerOf(property);
    return later
      .slice(0, 3)
      .map((n) =>
        part === 'answer'
          ? one(
              `${name} answer ${property} unheard ${n}`,
              `The ${property} of answer ${n} to ${name} is not heeded`,
              callback(name).answer.nth(n).drop(pointer),
            )
          : one(
              `${name}.${property} other ${n}`,
              `${name} number ${n} has another ${property}`,
              callback(name).nth(n).change(pointer),
            ),
      );
  }
  if ('operation' in source) {
    const { operation, property } = source;
    const refusals = rest(operation).when(({ status }) => status >= 400);
    const asked = rest(operation).request;
    return later.flatMap((n) => [
      one(
        `${operation} accepted ${n}`,
        `${operation} accepts request ${n} that it ought to refuse`,
        refusals.nth(n).status(200, { success: true }),
      ),
      ...(property === undefined || n > 3
        ? []
        : [
            one(
              `${operation} ${property} unheard ${n}`,
              `${operation} does not heed ${property} the ${n}th time`,
              asked.nth(n).drop(pointerOf(property)),
            ),
          ]),
    ]);
  }
  return [];
};

const ofCallback = (name: string): readonly Recipe[] => [
  one(`${name} lost`, `${name} is not sent`, callback(name).lose()),
  one(`${name} twice`, `${name} is sent twice`, callback(name).double(), false),
  one(`${name} late`, `${name} is sent two seconds late`, callback(name).late(2000), false),
];

const ofAnswer = (name: string, property: string): readonly Recipe[] => [
  one(
    `${name} answer ${property} unheard`,
    `The ${property} of the answer to ${name} is not heeded`,
    callback(name).answer.drop(pointerOf(property)),
  ),
  one(
    `${name} answer ${property} misread`,
    `The ${property} of the answer to ${name} is taken for another`,
    callback(name).answer.change(pointerOf(property)),
    false,
  ),
  one(
    `${name} answer ${property} imagined`,
    `An answer to ${name} without ${property} is taken for one with it`,
    callback(name).answer.json((json) =>
      isObject(json) && json[property] === undefined ? { ...json, [property]: imagined(property) } : undefined,
    ),
    false,
  ),
];

const ofAsked = (operation: string, property: string): readonly Recipe[] => [
  one(
    `${operation} ${property} unheard`,
    `${operation} does not heed ${property}`,
    rest(operation).request.drop(pointerOf(property)),
  ),
  one(
    `${operation} ${property} misread`,
    `${operation} takes ${property} for another`,
    rest(operation).request.change(pointerOf(property)),
    false,
  ),
];

const ofReply = (operation: string, property: string): readonly Recipe[] => [
  one(
    `${operation} reply ${property} other`,
    `The answer of ${operation} has another ${property}`,
    rest(operation).change(pointerOf(property)),
  ),
  {
    ...one(
      `${operation} reply ${property} gone`,
      `The answer of ${operation} has no ${property}`,
      rest(operation).drop(pointerOf(property)),
    ),
    schema: pointerOf(property),
  },
];

const refused = { error: 'refused' };

const ofOperation = (operation: string): readonly Recipe[] => [
  one(
    `${operation} accepted`,
    `${operation} accepts what it ought to refuse`,
    rest(operation)
      .when(({ status }) => status >= 400)
      .status(200, { success: true }),
  ),
  one(
    `${operation} refused`,
    `${operation} refuses what it ought to do`,
    rest(operation)
      .when(({ status }) => status < 300)
      .status(400, refused),
    false,
  ),
  one(
    `${operation} other status`,
    `${operation} refuses with another status`,
    rest(operation)
      .when(({ status }) => status >= 400)
      .status(418),
  ),
  one(
    `${operation} idle`,
    `${operation} answers well and does nothing`,
    rest(operation).request.fate({ answer: { status: 200, json: { success: true } } }),
    false,
  ),
];

/** A property wherever it stands, in answers to callbacks and in what REST is asked. */
const ofSchema = (property: string): readonly Recipe[] => {
  const unheard = (json: unknown): unknown => everywhere(json, property, () => undefined);
  const misread = (json: unknown): unknown => everywhere(json, property, another);
  const both = (make: (json: unknown) => unknown): readonly Rewrite[] => [
    callback('*').answer.json(make),
    rest('*').request.json(make),
  ];
  const said = (make: (json: unknown) => unknown): readonly Rewrite[] => [callback('*').json(make)];
  return [
    { key: `${property} unheard`, title: `${property} is not heeded`, rewrites: both(unheard), own: true },
    { key: `${property} misread`, title: `${property} is taken for another`, rewrites: both(misread), own: false },
    { key: `${property} said wrongly`, title: `${property} is told wrongly`, rewrites: said(misread), own: true },
    { key: `${property} not said`, title: `${property} is not told`, rewrites: said(unheard), own: true },
  ];
};

function everywhere(json: unknown, property: string, make: (value: unknown) => unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => everywhere(item, property, make));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      key === property ? make(value) : everywhere(value, property, make),
    ]),
  );
}

const imagined = (property: string): unknown =>
  /Time|Count|Sec|Timeout|length/i.test(property)
    ? 1
    : /^(callRecording|callerPrivacy|hangup)$/.test(property)
      ? true
      : '486';

const medial = new Set([
  'media',
  'dtmf',
  'phrases',
  'ivr-loop',
  'actions',
  'recording',
  'recordingready',
  'startrecording',
  'stoprecording',
  'splitconnection',
  'interruptivrcommand',
  'getivrcommand',
  'b2bua',
  'cloud-ua',
  'placeivrcall',
  'promptfile',
  'hangupparticipant',
  'sip',
  'callevent',
  'ordering',
  'sendremotecallringback',
  'answerremotecall',
  'placeremotecall',
]);
const signalled = new Set([
  'sip',
  'b2bua',
  'headers',
  'actions',
  'cloud-ua',
  'placeivrcall',
  'placeremotecall',
  'answerremotecall',
  'sendremotecallringback',
  'hangupcall',
  'hangupparticipant',
  'hangupremoteparticipant',
  'newremotecall',
  'newcall',
  'callnotify',
  'alarms',
  'ivr-loop',
  'wrong-answers',
  'media',
  'ordering',
  'splitconnection',
  'dtmf',
  'getcallidentifier',
]);

function* generalRecipes(area: string): Generator<Recipe> {
  if (signalled.has(area)) yield* sipRecipes;
  if (medial.has(area)) yield* mediaRecipes;
  for (const name of [
    'callEvent',
    'sessionCompleted',
    'callAnswered',
    'callNotify',
    'getIvrCommand',
    'alarm',
    'recordingReady',
    'newCall',
  ])
    for (const recipe of ofCallback(name)) yield { ...recipe, own: false };
  yield one('alarm other', 'An alarm tells another error', callback('alarm').change('/error'), false);
  yield one(
    'reason other',
    'sessionCompleted tells another reason',
    callback('sessionCompleted').change('/reason', (was) => (was === 'error' ? 'completed' : 'error')),
    false,
  );
  yield one(
    'rest accepts',
    'REST accepts what it ought to refuse',
    rest('*')
      .when(({ status }) => status >= 400)
      .status(200, { success: true }),
    false,
  );
  yield one(
    'rest refuses',
    'REST refuses what it ought to do',
    rest('*')
      .when(({ status, operation }) => status < 300 && operation !== 'metrics')
      .status(400, refused),
    false,
  );
  yield one(
    'rest other status',
    'REST refuses with another status',
    rest('*')
      .when(({ status }) => status >= 400)
      .status(418),
    false,
  );
}
