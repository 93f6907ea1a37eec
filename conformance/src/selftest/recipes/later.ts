/** Ways to break only the second, third … message of a kind. */
import type { Source } from '@mediaservice/spec';
import { callback, rest } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { one, pointerOf } from './one.ts';

/** Only the second, third … time: what a scenario expects before it would be missed first. */
const later = [2, 3, 4, 5, 6];

/** The same again for later messages. */
export const laterRecipes = (source: Source): readonly Recipe[] => {
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
