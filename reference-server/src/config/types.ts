/** Settings of the server after validation: every default filled in, times in seconds unless a name says otherwise. */
import type { Feature } from '../session/features.ts';
import type { EmergencyFallback } from '../session/ports/domains.ts';
import type { TonePlan } from '../session/tone-plan.ts';

export interface Endpoint {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface SipListener extends Endpoint {
  readonly protocol: 'udp' | 'tcp';
}

/** A real drachtio-server that is used in place of the embedded engine. */
export interface DrachtioServer extends Endpoint {
  readonly secret: string;
}

/** A FreeSWITCH that is used in place of the embedded media engine. */
export interface FreeSwitchServer extends Endpoint {
  /** Of its event socket. */
  readonly secret: string;
  /** The SIP profile that takes our calls. */
  readonly profile: string;
  /** Where it reaches us, for the event socket of each channel; absent: at the address that is written into SDP. */
  readonly listenAddress?: string;
  /** TCP port of it, 0 lets the system choose. */
  readonly listenPort: number;
  /** IP address that is bound for it, where it is another one. */
  readonly bind?: string;
}

/** How bearer tokens of a domain are checked (D-AUTH). */
export type AuthSettings =
  | { readonly type: 'secret'; readonly secret: string; readonly claim: string }
  | {
      readonly type: 'jwks';
      readonly url: string;
      readonly algorithms: readonly ('RS256' | 'ES256')[];
      readonly claim: string;
    };

export interface CallbackSettings {
  readonly baseUrl: string;
  /** Longest wait for the whole answer. */
  readonly timeoutSeconds: number;
  /** Further attempts of a notification after a connection error or a 5xx (D-CB). */
  readonly retries: number;
  readonly retryDelaySeconds: number;
}

/** One of the domain's services, named by `mediaserviceId` (D-MSID). */
export interface InstanceConfig extends CallbackSettings {
  readonly id: string;
}

/** For INVITEs that are challenged (RFC 3261 section 22). */
export interface SipCredentials {
  /** Host of the Request-URI, such as a trunk: nobody else is shown what was made with the password. */
  readonly host: string;
  /** Absent: whatever realm the host has. */
  readonly realm?: string;
  readonly username: string;
  readonly password: string;
}

export interface DomainConfig {
  readonly name: string;
  /** Hosts of a Request-URI that belong to the domain, in lower case; the first one is the host of our own From. */
  readonly sipHosts: readonly string[];
  /** `+4689051`, `+46890500..+46890599`, `+46*` or `*`; the narrowest match wins (D-DOMAIN). */
  readonly numbers: readonly string[];
  readonly auth: AuthSettings;
  /** The default instance. */
  readonly callbacks: CallbackSettings;
  readonly instances: readonly InstanceConfig[];
  readonly alarmUrl?: string;
  readonly entry: 'newCall' | 'getCallIdentifier';
  readonly maxSessionSeconds: number;
  readonly maxRingSeconds: number;
  readonly rtpTimeoutSeconds: number;
  readonly firstTimeoutSeconds: number;
  readonly betweenTimeoutSeconds: number;
  /** Users whose calls the Cloud UA takes, as numbers and ranges (D-CUA). */
  readonly cloudUsers: readonly string[];
  /** Country of the ringing tone that a caller hears (D-RING). */
  readonly tonePlan: TonePlan;
  readonly emergencyFallback?: EmergencyFallback;
  /** Origins that `callbackBaseUrl` of placeremotecall may have (D-CUA). */
  readonly allowedCallbackOrigins: readonly string[];
  /** REST requests a second, 0 for no limit. */
  readonly requestsPerSecond: number;
  readonly siteId?: string;
  readonly sipCredentials: readonly SipCredentials[];
  /** Features that the domain does without (D-CLAIM). */
  readonly without: readonly Feature[];
}

/** Without a key the SDK looks for credentials in its own places: environment, profile, role of the machine. */
export interface AwsAccess {
  readonly region: string;
  /** Another address than Amazon's. */
  readonly endpoint?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
}

export interface S3Settings extends AwsAccess {
  readonly bucket: string;
  /** Of every key, before the domain. */
  readonly prefix: string;
  /** The bucket in the path of a request, not in its host name. */
  readonly pathStyle: boolean;
}

export interface TtsSettings {
  /** For one text. */
  readonly timeoutSeconds: number;
  readonly cacheBytes: number;
  /** Where the phrase names no time. */
  readonly cacheSeconds: number;
  /** Who speaks awstts; the embedded synthesiser without. */
  readonly polly?: AwsAccess;
  /** Who speaks googletts; the embedded synthesiser without. */
  readonly google?: { readonly keyFile: string; readonly endpoint?: string };
}

/** Several nodes that share a Redis. */
export interface ClusterSettings {
  readonly redis: {
    readonly host: string;
    readonly port: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls: boolean;
    readonly database: number;
    /** Before every key: services of different prefixes know nothing of each other. */
    readonly prefix: string;
  };
  /** The same for all nodes: signs replyIds, and what nodes say to each other. */
  readonly secret: string;
  /** Where the other nodes reach this one's REST port; absent: `http.host`, or `media.address` where that is every address. */
  readonly address?: string;
  /** Where they reach its SIP, `host:port`; absent: the first listener. Needed with drachtio-servers, for connect with somebody elsewhere. */
  readonly sipAddress?: string;
  /** A node that is silent for so long is dead. */
  readonly deadSeconds: number;
  /** How long Redis keeps what a node does not renew. */
  readonly keepSeconds: number;
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

export interface Config {
  readonly http: Endpoint & { readonly maxBodyBytes: number };
  readonly sip: {
    readonly listeners: readonly SipListener[];
    /** Calls out are sent there, by UDP or, where the called address says so, TCP; what it then routes by Record-Route goes its way. */
    readonly outboundProxy?: Endpoint;
  };
  readonly drachtio: {
    /** None: the embedded engine. */
    readonly servers: readonly DrachtioServer[];
    /** How long a start waits for them. */
    readonly connectSeconds: number;
  };
  readonly freeswitch: {
    /** None: the embedded media engine. */
    readonly servers: readonly FreeSwitchServer[];
    /** What they play and record passes through it; they see it under the same path. */
    readonly directory: string;
    /** How long a start waits for them. */
    readonly connectSeconds: number;
  };
  readonly media: {
    /** Bound, and written into SDP where no other is given. */
    readonly address: string;
    /** In SDP, where a translator stands between. */
    readonly advertisedAddress?: string;
    readonly firstPort: number;
    readonly lastPort: number;
    readonly workers: number;
    /** Of ordinary calls, in the order of our offers; with GSM among them they no longer keep to D-CODEC. */
    readonly codecs: readonly ('PCMU' | 'PCMA' | 'GSM')[];
  };
  readonly storage: {
    readonly directory: string;
    readonly maxFileBytes: number;
    /** Prompts and recordings in a bucket; the directory then has the secrets, and recordings that were not sent (D-RECEND). */
    readonly s3?: S3Settings;
  };
  /** Prompts from http(s) addresses (D-CACHE). */
  readonly remotePrompts: {
    readonly timeoutSeconds: number;
    readonly cacheBytes: number;
    readonly cacheSeconds: number;
  };
  readonly tts: TtsSettings;
  readonly log: { readonly level: LogLevel };
  /** Absent: this node is the only one. */
  readonly cluster?: ClusterSettings;
  /** IP addresses whose trace ids are adopted (D-ID). */
  readonly trustedPeers: readonly string[];
  readonly limits: {
    /** Sessions at once, 0 for no limit. */
    readonly sessions: number;
  };
  readonly drainSeconds: number;
  readonly domains: readonly DomainConfig[];
  /** Signs replyIds (D-REPLY); made on the first start. */
  readonly replySecret: string;
}

/** One thing wrong with the settings, ready to be printed. */
export interface ConfigProblem {
  /** One sentence: where, what, and what to do. */
  readonly message: string;
  readonly source: string;
  readonly line?: number;
  /** JSON pointer into the settings; "" for the whole. */
  readonly pointer: string;
}

/** The settings cannot be used; `problems` has at least one entry. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
