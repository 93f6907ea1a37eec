/** What the REST API takes from the specification. */
import { type OperationId, operations, promptOperations, validateOperationBody } from '@mediaservice/spec';
import type { Violation } from './errors.ts';

export interface ApiRoute {
  /** operationId of the OpenAPI document. */
  readonly operation: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** OpenAPI path template, such as `/{domain}/hangupcall`. */
  readonly path: string;
}

export interface ApiSpec {
  readonly routes: readonly ApiRoute[];
  /** Every violation of the operation's request schema; empty when there is none. */
  validate(operation: OperationId, body: unknown): readonly Violation[];
}

const methods = { GET: 'get', PUT: 'put', POST: 'post', DELETE: 'delete' } as const;

/** The specification of this repository. */
export const apiSpec: ApiSpec = {
  routes: Object.values({ ...operations, ...promptOperations }).map(({ operationId, method, path }) => ({
    operation: operationId,
    method: methods[method],
    path,
  })),
  validate: validateOperationBody,
};
