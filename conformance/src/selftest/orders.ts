/** What passes between the command and its worker: all JSON, over `provide` and a broadcast channel. */
import type { Verdict } from '../harness/types.ts';
import type { Places, Through } from '../target/embedded.ts';
import type { Target } from '../target/types.ts';

declare module 'vitest' {
  interface ProvidedContext {
    selftest: Orders;
  }
}

/** A server that runs, and where its proxies are to stand. */
export interface ServerPlace {
  readonly target: Target;
  readonly places: Places;
  readonly through: Through;
}

export interface Orders {
  /** Name of the broadcast channel. */
  readonly channel: string;
  readonly servers: readonly ServerPlace[];
  /** Absolute paths of the scenario files. */
  readonly files: readonly string[];
  /** And of those that wait for more than a minute. */
  readonly patientFiles: readonly string[];
  readonly work: Work;
}

/** The ids of mutants to be killed, or a variant that must pass. */
export type Work =
  | { readonly kind: 'search'; readonly slugs: readonly string[] }
  | { readonly kind: 'mutants'; readonly ids: readonly string[] }
  | { readonly kind: 'variant'; readonly name: string; readonly areas?: readonly string[] };

/** One run of a scenario with rewrites. */
export interface ScenarioTry {
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly ms: number;
  /** How many messages were rewritten, and the first of them. */
  readonly applied: number;
  readonly first: string;
  readonly reasons: readonly { readonly blamed: readonly string[]; readonly text: string }[];
  /** The timeline in words, where nobody was killed. */
  readonly story?: readonly string[];
}

/** How a requirement was blamed. */
export interface Kill {
  readonly slug: string;
  readonly scenario?: string;
  /** An expectation that did not hold; something that never came while the requirement was to be shown; the schema. */
  readonly how?: 'expectation' | 'waited' | 'schema';
  readonly text?: string;
}

export interface MutantResult {
  readonly id: string;
  readonly title: string;
  readonly wires: readonly string[];
  /** Killed: every requirement was blamed. */
  readonly state: 'killed' | 'survived' | 'never-applied' | 'no-scenario';
  readonly kills: readonly Kill[];
  readonly tries: readonly ScenarioTry[];
  readonly ms: number;
}

/** What a search found for a row; without `recipe`: nothing. */
export interface Found {
  readonly slug: string;
  readonly tries: number;
  readonly recipe?: string;
  readonly scenario?: string;
  readonly how?: Kill['how'];
}

/** Worker to command. */
export type Told =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'total'; readonly unmutated: number; readonly mutants: number }
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'unmutated'; readonly result: ScenarioTry }
  | { readonly kind: 'mutant'; readonly result: MutantResult }
  | { readonly kind: 'restart'; readonly server: number }
  | { readonly kind: 'broken'; readonly text: string }
  | { readonly kind: 'stopped' };

/** Command to worker. */
export type Order = { readonly kind: 'restarted'; readonly server: number } | { readonly kind: 'stop' };
