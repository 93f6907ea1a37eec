/** Interactions as the Pact specification, version 4, has them; https://github.com/pact-foundation/pact-specification. */

/** A matching rule of the specification: `type`, `integer`, `number`, `boolean`, `regex`, `values`, `notEmpty`, `null`, `statusCode`. */
export interface Matcher {
  readonly match: string;
  readonly regex?: string;
  readonly min?: number;
  readonly status?: string;
}

export interface Rule {
  readonly combine: 'AND' | 'OR';
  readonly matchers: readonly Matcher[];
}

/** Rules by path into the body: `$.phrases[*].format`. */
export type Rules = Readonly<Record<string, Rule>>;

/** An example of a JSON body and how far another one may differ from it. */
export interface Shape {
  readonly value: unknown;
  readonly rules: Rules;
}

/** A value that the provider's state tells: `${token}` in `expression` is what the state gave under `token`. */
export interface FromState {
  readonly example: string | number;
  readonly expression: string;
}

export interface State {
  readonly name: string;
  readonly params?: Readonly<Record<string, string>>;
}

export interface Interaction {
  /** Unique in its pact. */
  readonly description: string;
  readonly states: readonly State[];
  /** Slugs of the catalogue that the interaction shows. */
  readonly requirements: readonly string[];
  readonly request: {
    readonly path: string | FromState;
    readonly headers: Readonly<Record<string, string | FromState>>;
    /** Leaves of the body may be `FromState` where `stated` is set. */
    readonly body: Shape;
    readonly stated?: Readonly<Record<string, FromState>>;
  };
  readonly response: {
    /** `2xx`: any status of success. */
    readonly status: number | '2xx';
    readonly body?: Shape;
  };
}

export interface Pact {
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly Interaction[];
}

/** Names of the two sides in pacts and at brokers. */
export const sides = { service: 'mediaservice', application: 'mediaservice-application' } as const;

/** File name of a pact. */
export const fileOf = ({ consumer, provider }: Pick<Pact, 'consumer' | 'provider'>): string =>
  `${consumer}-${provider}.json`;
