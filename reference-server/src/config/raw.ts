/** The settings as the schema lets them through: defaults filled in, secrets still open. */
import type { Config, DomainConfig, InstanceConfig } from './types.ts';

export interface RawAuth {
  readonly secret?: string;
  readonly jwksUrl?: string;
  readonly algorithms?: readonly ('RS256' | 'ES256')[];
  readonly claim: string;
}

type RawInstance = Pick<InstanceConfig, 'id' | 'baseUrl'> & Partial<InstanceConfig>;

export type RawDomain = Omit<DomainConfig, 'auth' | 'instances'> & {
  readonly auth: RawAuth;
  readonly instances: readonly RawInstance[];
};

export type RawConfig = Omit<Config, 'domains' | 'replySecret'> & { readonly domains?: readonly RawDomain[] };

/** A tree of settings before validation. */
export type Tree = { [key: string]: unknown };

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets one value deep in a tree and makes the branches that are missing. */
export function setIn(tree: Tree, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const branch = tree[head];
  const next: Tree = isTree(branch) ? branch : {};
  tree[head] = next;
  setIn(next, rest, value);
}

export const toPointer = (path: readonly (string | number)[]): string =>
  path.map((part) => '/' + String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('');

export const fromPointer = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
