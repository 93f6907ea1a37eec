/** Ways to break a property of a schema. */
import { isObject } from '../../drivers/http.ts';
import { another, callback, rest } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import type { Rewrite } from '../types.ts';

/** A property wherever it stands, in answers to callbacks and in what REST is asked. */
export const ofSchema = (property: string): readonly Recipe[] => {
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
