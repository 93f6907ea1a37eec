/** JSON Schema (2020-12) of a target file. The shape itself is told by `TargetFile`. */
import { containerSchema } from './container/schema.ts';

const numberRange = {
  type: 'object',
  additionalProperties: false,
  required: ['prefix', 'first', 'last'],
  properties: {
    prefix: { type: 'string', pattern: '^\\+?[0-9A-Za-z]*$', description: 'What every number starts with, e.g. +4610' },
    first: { type: 'integer', minimum: 0 },
    last: { type: 'integer', minimum: 0 },
  },
} as const;

const credentials = {
  type: 'object',
  required: ['kind'],
  oneOf: [
    {
      additionalProperties: false,
      required: ['kind', 'secret'],
      properties: {
        kind: { const: 'hs256' },
        secret: { type: 'string', minLength: 1 },
        claims: { type: 'object' },
        lifetime: { type: 'integer', minimum: 1 },
      },
    },
    {
      additionalProperties: false,
      required: ['kind', 'token'],
      properties: { kind: { const: 'bearer' }, token: { type: 'string', minLength: 1 } },
    },
  ],
} as const;

const httpUrl = { type: 'string', pattern: '^https?://[^\\s]+$' } as const;
const milliseconds = { type: 'integer', minimum: 0 } as const;
const name = { type: 'string', minLength: 1 } as const;

export const targetSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Target file of the Mediaservice conformance suite',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'rest', 'domain', 'credentials', 'sip', 'callbacks', 'numbers', 'suite'],
  properties: {
    name,
    description: { type: 'string' },
    embedded: {
      type: 'boolean',
      description: 'The reference server that comes along is judged, and nothing else of the file is read',
    },
    rest: {
      type: 'object',
      additionalProperties: false,
      required: ['baseUrl'],
      properties: { baseUrl: { ...httpUrl, description: 'Operations are at {baseUrl}/{domain}/{operation}' } },
    },
    domain: name,
    credentials,
    sip: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'port'],
      properties: {
        host: name,
        port: { type: 'integer', minimum: 1, maximum: 65535 },
        transport: { enum: ['udp', 'tcp'] },
      },
    },
    callbacks: {
      type: 'object',
      additionalProperties: false,
      required: ['baseUrl'],
      properties: {
        baseUrl: {
          ...httpUrl,
          description: 'What the target is configured to call; the suite listens on its host and port',
        },
        alarmUrl: { ...httpUrl, description: 'On the same host and port; default {baseUrl}/alarm' },
      },
    },
    numbers: numberRange,
    suite: {
      type: 'object',
      additionalProperties: false,
      required: ['host'],
      properties: { host: { ...name, description: 'Address of the SIP user agents and RTP probes of the suite' } },
    },
    tenants: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['domain'],
        properties: {
          domain: name,
          credentials,
          numbers: numberRange,
          fallbackPort: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            description: 'UDP port at suite.host to which the emergency fallback of this tenant calls',
          },
        },
      },
    },
    siteId: { ...name, description: 'The siteId that callbacks of the domain have, where hybrid is claimed' },
    redact: {
      type: 'array',
      items: { type: 'string', minLength: 4 },
      description: 'Texts and digits that nobody else should see; they are taken out of all evidence',
    },
    sipCredentials: {
      type: 'object',
      additionalProperties: false,
      required: ['realm', 'username', 'password'],
      description: 'What the domain has for calls to suite.host that are challenged, where digest-auth is claimed',
      properties: { realm: name, username: name, password: name },
    },
    mediaservice: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'baseUrl'],
      description: 'Another service instance of the domain, where multi-service is claimed',
      properties: {
        id: { ...name, description: 'Its mediaserviceId' },
        baseUrl: { ...httpUrl, description: 'Its callback base URL, on the host and port of callbacks.baseUrl' },
      },
    },
    capabilities: { type: 'array', uniqueItems: true, items: name },
    timers: {
      type: 'object',
      additionalProperties: false,
      properties: {
        callbackTimeoutMs: milliseconds,
        dtmfGraceMs: milliseconds,
        quietMs: milliseconds,
        stepMs: milliseconds,
      },
    },
    metrics: {
      type: 'object',
      additionalProperties: false,
      required: ['url', 'atRest'],
      properties: {
        url: httpUrl,
        atRest: { type: 'array', minItems: 1, uniqueItems: true, items: name },
        withinMs: milliseconds,
        settling: { type: 'object', additionalProperties: milliseconds },
        began: name,
        ended: name,
      },
    },
    container: containerSchema,
    command: {
      type: 'object',
      additionalProperties: false,
      required: ['argv'],
      properties: {
        argv: { type: 'array', minItems: 1, items: { type: 'string' } },
        env: { type: 'object', additionalProperties: { type: 'string' } },
        cwd: { type: 'string' },
        ready: {
          type: 'object',
          additionalProperties: false,
          properties: { url: httpUrl, timeoutMs: { type: 'integer', minimum: 1 } },
        },
        stopMs: milliseconds,
      },
    },
  },
} as const;
