/** A target that the suite starts as a container. Paths are absolute; times in milliseconds. */
export interface ContainerSpec {
  /** Exactly one of `image`, `build` and `compose` is given. */
  readonly image?: string;
  readonly build?: {
    readonly context: string;
    /** Relative to the context. */
    readonly dockerfile?: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
    /** Network of the steps of the build. */
    readonly network?: string;
  };
  readonly compose?: {
    readonly file: string;
    /** The service that is the target. */
    readonly service: string;
    readonly profiles?: readonly string[];
  };
  /** `bridge`: a network of the run's own, where this machine is `${suite.host}`; `host`: that of this machine. */
  readonly network: 'bridge' | 'host';
  /** Of the container; for Compose, what its file may use as `${NAME}`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Copied into the container before it starts; `from` is a file, `content` a text in which placeholders were replaced. */
  readonly files?: readonly {
    readonly to: string;
    readonly from?: string;
    readonly content?: string;
    /** Permissions in octal, such as "0644". */
    readonly mode?: string;
  }[];
  /** All that is given must hold. Nothing given: the health check, if the image has one, else an answer at `rest.baseUrl`. */
  readonly ready: {
    /** Answers with 2xx. */
    readonly url?: string;
    /** A line that matches this regular expression was written. */
    readonly log?: string;
    readonly healthy?: boolean;
    readonly timeoutMs: number;
  };
  /** Grace between SIGTERM and SIGKILL. */
  readonly stopMs: number;
}

/** As it stands in the file. */
export type ContainerFile = Omit<ContainerSpec, 'network' | 'ready' | 'stopMs'> & {
  readonly network?: ContainerSpec['network'];
  readonly ready?: Partial<ContainerSpec['ready']>;
  readonly stopMs?: number;
};

/** Addresses that a target file may name as `${suite.host}` and `${target.host}`. */
export interface Places {
  readonly 'suite.host': string;
  readonly 'target.host': string;
}

/** What the placeholders stand for with the network of this machine, and where a file is only looked at. */
export const loopback: Places = { 'suite.host': '127.0.0.1', 'target.host': '127.0.0.1' };
