/** What a script is told, as JSON in the environment variable LOAD_SETTING. Pure: nothing of k6 is imported here. */

/** What a call does; `rest` is no call. */
export const flows = ['ivr', 'bridge', 'outbound', 'remote', 'impatient', 'churn', 'rest'] as const;
export type Flow = (typeof flows)[number];

/** Flow and its share of the calls, in sum 1. */
export type Mix = Readonly<Partial<Record<Flow, number>>>;

export interface NumberRange {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
}

/** How many calls: so many at once (`calls`), or so many begun a second (`rate`). Times in seconds. */
export interface Steering {
  readonly calls?: number;
  readonly rate?: number;
  /** How many times the rate a burst in the middle third is. */
  readonly burst?: number;
  readonly rampSeconds: number;
  readonly durationSeconds: number;
  readonly talkSeconds: number;
}

export interface ScriptSetting {
  readonly target: {
    readonly domain: string;
    /** host:port */
    readonly sip: string;
    readonly restUrl: string;
    readonly token: string;
    readonly numbers: NumberRange;
    readonly cloudNumbers?: NumberRange;
    /** The prompt storage can be written over REST. */
    readonly prompts: boolean;
  };
  readonly application: {
    readonly url: string;
    readonly callbacksUrl: string;
    readonly host: string;
    readonly registrarPort: number;
    readonly echoPort: number;
  };
  /** WAV files, and how long each is. */
  readonly audio: {
    readonly prompt: string;
    readonly caller: string;
    readonly callee: string;
    readonly milliseconds: number;
  };
  readonly mix: Mix;
  readonly steering: Steering;
  /** Share of the virtual users whose calls are recorded and scored. */
  readonly scored: number;
  /** Address of the generator's machine that the target reaches; LOAD_LOCAL_IP overrules it. */
  readonly localIP: string;
  /** Digits that tell the phones of this generator from those of another. */
  readonly generator: string;
}
