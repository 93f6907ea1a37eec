/** Ways to break a callback, what it says, and what is heard of the answer to it. */
import { isObject } from '../../drivers/http.ts';
import { callback } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { one, pointerOf } from './one.ts';

export const ofProperty = (name: string, property: string): readonly Recipe[] => [
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

export const ofCallback = (name: string): readonly Recipe[] => [
  one(`${name} lost`, `${name} is not sent`, callback(name).lose()),
  one(`${name} twice`, `${name} is sent twice`, callback(name).double(), false),
  one(`${name} late`, `${name} is sent two seconds late`, callback(name).late(2000), false),
];

export const ofAnswer = (name: string, property: string): readonly Recipe[] => [
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

const imagined = (property: string): unknown =>
  /Time|Count|Sec|Timeout|length/i.test(property)
    ? 1
    : /^(callRecording|callerPrivacy|hangup)$/.test(property)
      ? true
      : '486';
