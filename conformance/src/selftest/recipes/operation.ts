/** Ways to break an operation of the REST interface: what is asked, what it answers, what it does. */
import { rest } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { one, pointerOf } from './one.ts';

export const ofAsked = (operation: string, property: string): readonly Recipe[] => [
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

export const ofReply = (operation: string, property: string): readonly Recipe[] => [
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

export const refused = { error: 'refused' };

export const ofOperation = (operation: string): readonly Recipe[] => [
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
