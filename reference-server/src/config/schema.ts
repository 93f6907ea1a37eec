/**
 * The settings as a JSON Schema: what the YAML file may hold, and every default. `load.ts` validates against it, makes
 * the names of the environment variables from it, and `mediaservice.yaml` is checked against it by a test.
 */
import { features } from '../session/features.ts';
import { tonePlans } from '../session/tone-plan.ts';

const port = { type: 'integer', minimum: 0, maximum: 65_535 } as const;
const seconds = { type: 'number', exclusiveMinimum: 0, maximum: 604_800 } as const;
const url = { type: 'string', format: 'http-url' } as const;
const baseUrl = { type: 'string', format: 'http-base-url' } as const;
const secret = { type: 'string', minLength: 32 } as const;
const host = { type: 'string', minLength: 1, pattern: '^[^\\s/@]+$' } as const;
const text = { type: 'string', minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f]*$' } as const;
const name = { type: 'string', pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$' } as const;

const waits = {
  timeoutSeconds: { ...seconds, maximum: 120 },
  retries: { type: 'integer', minimum: 0, maximum: 10 },
  retryDelaySeconds: { ...seconds, maximum: 60 },
} as const;

const instance = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'baseUrl'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 }, baseUrl, ...waits },
} as const;

const auth = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: {
    secret,
    jwksUrl: url,
    algorithms: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['RS256', 'ES256'] } },
    claim: { type: 'string', minLength: 1, default: 'domain' },
  },
} as const;

const credentials = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'username', 'password'],
  properties: { host, realm: text, username: text, password: text },
} as const;

const domain = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'callbacks'],
  properties: {
    name,
    sipHosts: { type: 'array', uniqueItems: true, items: host, default: [] },
    numbers: {
      type: 'array',
      uniqueItems: true,
      default: [],
      items: { type: 'string', format: 'number-range' },
    },
    cloudUsers: { type: 'array', uniqueItems: true, default: [], items: { type: 'string', format: 'number-range' } },
    auth,
    callbacks: {
      type: 'object',
      additionalProperties: false,
      required: ['baseUrl'],
      properties: {
        baseUrl,
        timeoutSeconds: { ...waits.timeoutSeconds, default: 10 },
        retries: { ...waits.retries, default: 1 },
        retryDelaySeconds: { ...waits.retryDelaySeconds, default: 0.5 },
      },
    },
    instances: { type: 'array', items: instance, default: [] },
    alarmUrl: url,
    entry: { enum: ['newCall', 'getCallIdentifier'], default: 'newCall' },
    maxSessionSeconds: { ...seconds, default: 14_400 },
    maxRingSeconds: { ...seconds, maximum: 600, default: 120 },
    rtpTimeoutSeconds: { ...seconds, default: 60 },
    firstTimeoutSeconds: { ...seconds, default: 10 },
    betweenTimeoutSeconds: { ...seconds, default: 4 },
    tonePlan: { enum: tonePlans, default: 'SE' },
    emergencyFallback: {
      type: 'object',
      additionalProperties: false,
      required: ['mode', 'address'],
      properties: {
        mode: { enum: ['always', 'onError'] },
        address: { type: 'string', pattern: '^sips?:[^\\s]+$' },
      },
    },
    allowedCallbackOrigins: { type: 'array', items: { type: 'string', format: 'http-origin' }, default: [] },
    requestsPerSecond: { type: 'number', minimum: 0, default: 0 },
    siteId: { type: 'string', minLength: 1 },
    sipCredentials: { type: 'array', items: credentials, default: [] },
    without: { type: 'array', uniqueItems: true, items: { enum: features }, default: [] },
  },
} as const;

const section = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  default: {},
  properties,
});

const aws = {
  type: 'object',
  additionalProperties: false,
  required: ['region'],
  dependencies: { accessKeyId: ['accessKeySecret'], accessKeySecret: ['accessKeyId'] },
  properties: {
    region: { type: 'string', pattern: '^[a-z0-9-]+$' },
    endpoint: url,
    accessKeyId: { type: 'string', minLength: 1 },
    accessKeySecret: { type: 'string', minLength: 1 },
  },
} as const;

export const configSchema = {
  $id: 'mediaservice-settings',
  type: 'object',
  additionalProperties: false,
  properties: {
    http: section({
      host: { ...host, default: '127.0.0.1' },
      port: { ...port, default: 8080 },
      maxBodyBytes: { type: 'integer', minimum: 1024, default: 262_144 },
    }),
    sip: section({
      listeners: {
        type: 'array',
        minItems: 1,
        default: [
          { protocol: 'udp', host: '127.0.0.1', port: 5060 },
          { protocol: 'tcp', host: '127.0.0.1', port: 5060 },
        ],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['protocol', 'host', 'port'],
          properties: { protocol: { enum: ['udp', 'tcp'] }, host, port },
        },
      },
      outboundProxy: {
        type: 'object',
        additionalProperties: false,
        required: ['host'],
        properties: { host, port: { ...port, minimum: 1, default: 5060 } },
      },
    }),
    drachtio: section({
      servers: {
        type: 'array',
        default: [],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['host', 'secret'],
          properties: { host, port: { ...port, default: 9022 }, secret: { type: 'string', minLength: 1 } },
        },
      },
      connectSeconds: { ...seconds, maximum: 3_600, default: 30 },
    }),
    freeswitch: section({
      servers: {
        type: 'array',
        default: [],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['host', 'secret'],
          properties: {
            host,
            port: { ...port, default: 8021 },
            secret: { type: 'string', minLength: 1 },
            profile: { type: 'string', pattern: '^[A-Za-z0-9_.-]+$', default: 'drachtio_mrf' },
            listenAddress: host,
            listenPort: { ...port, default: 0 },
            bind: { type: 'string', format: 'ip' },
          },
        },
      },
      // FreeSWITCH takes words apart at spaces and commas.
      directory: { type: 'string', pattern: '^/[A-Za-z0-9_./-]*$', default: '/tmp/mediaservice-freeswitch' },
      connectSeconds: { ...seconds, maximum: 3_600, default: 30 },
    }),
    media: section({
      address: { type: 'string', format: 'ip', default: '127.0.0.1' },
      advertisedAddress: { type: 'string', format: 'ip' },
      firstPort: { ...port, minimum: 1024, default: 20_000 },
      lastPort: { ...port, minimum: 1024, default: 29_999 },
      workers: { type: 'integer', minimum: 1, maximum: 64, default: 1 },
      codecs: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { enum: ['PCMU', 'PCMA', 'GSM'] },
        default: ['PCMU', 'PCMA'],
      },
    }),
    storage: section({
      directory: { type: 'string', minLength: 1, default: 'data' },
      maxFileBytes: { type: 'integer', minimum: 1024, default: 33_554_432 },
      s3: {
        ...aws,
        required: ['bucket', 'region'],
        properties: {
          bucket: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' },
          prefix: { type: 'string', pattern: '^([A-Za-z0-9][A-Za-z0-9._-]*/)*$', default: '' },
          pathStyle: { type: 'boolean', default: false },
          ...aws.properties,
        },
      },
    }),
    remotePrompts: section({
      timeoutSeconds: { ...seconds, maximum: 300, default: 10 },
      cacheBytes: { type: 'integer', minimum: 0, default: 67_108_864 },
      cacheSeconds: { type: 'number', minimum: 0, maximum: 31_536_000, default: 3_600 },
    }),
    tts: section({
      timeoutSeconds: { ...seconds, maximum: 300, default: 10 },
      cacheBytes: { type: 'integer', minimum: 0, default: 33_554_432 },
      cacheSeconds: { type: 'number', minimum: 0, maximum: 31_536_000, default: 86_400 },
      polly: aws,
      google: {
        type: 'object',
        additionalProperties: false,
        required: ['keyFile'],
        properties: { keyFile: { type: 'string', minLength: 1 }, endpoint: url },
      },
    }),
    log: section({ level: { enum: ['silent', 'error', 'warn', 'info', 'debug'], default: 'info' } }),
    cluster: {
      type: 'object',
      additionalProperties: false,
      required: ['redis', 'secret'],
      properties: {
        redis: {
          type: 'object',
          additionalProperties: false,
          required: ['host'],
          properties: {
            host,
            port: { ...port, minimum: 1, default: 6379 },
            username: text,
            password: { type: 'string', minLength: 1 },
            tls: { type: 'boolean', default: false },
            database: { type: 'integer', minimum: 0, default: 0 },
            prefix: { ...name, default: 'mediaservice' },
          },
        },
        secret,
        address: { type: 'string', format: 'http-origin' },
        sipAddress: { type: 'string', pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?$' },
        deadSeconds: { type: 'number', minimum: 1, maximum: 60, default: 5 },
        keepSeconds: { ...seconds, minimum: 120, default: 3_600 },
      },
    },
    trustedPeers: { type: 'array', uniqueItems: true, items: { type: 'string', format: 'ip' }, default: [] },
    limits: section({ sessions: { type: 'integer', minimum: 0, default: 0 } }),
    drainSeconds: { type: 'number', minimum: 0, maximum: 86_400, default: 60 },
    domains: { type: 'array', minItems: 1, items: domain },
  },
} as const;
