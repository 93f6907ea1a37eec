/**
 * Environment variables that override single settings, named after the schema: `http.port` is MEDIASERVICE_HTTP_PORT,
 * `media.firstPort` MEDIASERVICE_MEDIA_FIRST_PORT. Lists (listeners, domains) are a matter of the file alone.
 */
import { configSchema } from './schema.ts';

export interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  readonly type: 'string' | 'number';
}

const snake = (text: string): string => text.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

function leaves(schema: unknown, path: readonly string[]): Variable[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if ('properties' in schema && typeof schema.properties === 'object' && schema.properties !== null) {
    return Object.entries(schema.properties).flatMap(([key, value]) => leaves(value, [...path, key]));
  }
  const type = 'type' in schema ? schema.type : 'enum' in schema ? 'string' : undefined;
  if (type !== 'string' && type !== 'number' && type !== 'integer') return [];
  const name = ['MEDIASERVICE', ...path.map(snake)].join('_');
  return [{ name, path, type: type === 'string' ? 'string' : 'number' }];
}

/** Every variable that is understood. */
export const variables: readonly Variable[] = leaves(configSchema, []);

/** Name of the variable for the settings file itself. */
export const fileVariable = 'MEDIASERVICE_CONFIG';
