/**
 * Contracts of the REST operations: the application is the consumer, the service the provider. Each interaction names the state
 * of the service in which it holds, and what of the request the state tells: ids and replyIds of real calls.
 */
import { readFileSync } from 'node:fs';
import { isOperationId, type OperationId, operationIds, operations } from '@mediaservice/spec';
import { parse } from 'yaml';
import { isObject } from '../drivers/http.ts';
import { typed } from './shape.ts';
import { type FromState, type Interaction, type Pact, sides } from './types.ts';

/** States of the service. What each tells is said where it is brought about (`states.ts`). */
export const stateNames = [
  'no call',
  'no call, and a token of another domain',
  'a connected call',
  'a recorded connection',
  'a call in the IVR',
  'a call that is over',
  'a waiting remote call',
  'an answered remote call',
  'a telephone that answers',
] as const;
export type StateName = (typeof stateNames)[number];

type Values = Readonly<Record<string, unknown>>;

/** A row of `rest.yaml`, or one of those that all operations have. */
interface Row {
  readonly says: string;
  readonly state: StateName;
  readonly status: number;
  readonly slugs: readonly string[];
  readonly body: Values;
  /** Property of the body to example. */
  readonly stated: Values;
  readonly token: boolean;
}

interface Table {
  readonly interactions: Values;
  readonly harmless: Values;
}

/** Interactions of all operations with the service. */
export function restPact(): Pact {
  const { interactions, harmless } = table();
  return {
    consumer: sides.application,
    provider: sides.service,
    interactions: operationIds.flatMap((operation) => {
      const own: unknown = interactions[operation];
      const rows = Array.isArray(own) ? own.map(rowOf) : [];
      return [...rows, ...strangers(harmless[operation])].map((row) => interactionOf(operation, row));
    }),
  };
}

function table(): Table {
  const read: unknown = parse(readFileSync(new URL('./rest.yaml', import.meta.url), 'utf8'), { merge: true });
  const { interactions, harmless } = values(read);
  const unknown = [...Object.keys(values(interactions)), ...Object.keys(values(harmless))].filter(
    (name) => !isOperationId(name),
  );
  if (unknown.length > 0) throw new Error(`rest.yaml: there is no operation ${unknown.join(', ')}`);
  return { interactions: values(interactions), harmless: values(harmless) };
}

const values = (value: unknown): Values => (isObject(value) ? value : {});

function rowOf(raw: unknown): Row {
  const { says, state, gets, slugs, body, stated } = values(raw);
  const name = stateNames.find((one) => one === state);
  if (name === undefined || typeof says !== 'string' || typeof gets !== 'number')
    throw new Error(`rest.yaml: this is no interaction: ${JSON.stringify(raw)}`);
  return {
    says,
    state: name,
    status: gets,
    slugs: Array.isArray(slugs) ? slugs.map(String) : [],
    body: values(body),
    stated: values(stated),
    token: true,
  };
}

/** What every operation answers to somebody who may not ask. */
function strangers(body: unknown): readonly Row[] {
  const common = { body: values(body), stated: {} };
  return [
    {
      ...common,
      says: 'no token',
      state: 'no call',
      status: 401,
      slugs: ['rest-general-auth-missing-token'],
      token: false,
    },
    {
      ...common,
      says: 'a token of another domain',
      state: 'no call, and a token of another domain',
      status: 403,
      slugs: ['rest-general-auth-other-domain'],
      token: true,
    },
  ];
}

/** Where the value that the state tells under this name is put in. */
const told = (name: string): string => `$\{${name}}`;
const fromState = (example: unknown, expression: string): FromState => ({
  example: typeof example === 'number' ? example : String(example),
  expression,
});

function interactionOf(operation: OperationId, row: Row): Interaction {
  const { says, state, status, slugs, body, stated, token } = row;
  const name = operation.toLowerCase();
  const path = operations[operation].path;
  return {
    description: `${name}: ${says} gets ${status}`,
    states: [{ name: state }],
    requirements: [...slugs, status === 200 ? 'rest-general-answers-success-true' : 'rest-general-error-shape'],
    request: {
      path: fromState(path.replace('{domain}', 'customer.example'), path.replace('{domain}', told('domain'))),
      headers: {
        'Content-Type': 'application/json',
        ...(token && { Authorization: fromState('Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln', `Bearer ${told('token')}`) }),
      },
      body: { value: body, rules: {} },
      stated: Object.fromEntries(Object.entries(stated).map(([key, example]) => [key, fromState(example, told(key))])),
    },
    response: {
      status,
      body:
        status === 200
          ? { value: { success: true }, rules: {} }
          : {
              value: { success: false, error: 'code', message: 'What to do about it.' },
              rules: typed('$.error', '$.message'),
            },
    },
  };
}
