/** What is tried for the rows of an area, whatever their sources name. */
import { callback, rest } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { ofCallback } from './callback.ts';
import { mediaRecipes } from './media.ts';
import { one } from './one.ts';
import { refused } from './operation.ts';
import { sipRecipes } from './sip.ts';

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

export function* generalRecipes(area: string): Generator<Recipe> {
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
