/** Ways to break a target that a row of the catalogue suggests by its sources. Which of them is used is in `mutants/derived.json`. */
import type { Requirement, Source } from '@mediaservice/spec';
import type { Recipe } from './recipe.ts';
import { ofAnswer, ofCallback, ofProperty } from './recipes/callback.ts';
import { generalRecipes } from './recipes/general.ts';
import { laterRecipes } from './recipes/later.ts';
import { ofAsked, ofOperation, ofReply } from './recipes/operation.ts';
import { ofSchema } from './recipes/schema.ts';

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
