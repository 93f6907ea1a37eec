/** JSON Schema of `container` in a target file; its shape is told by `ContainerFile`. */

const name = { type: 'string', minLength: 1 } as const;
const texts = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } } as const;

export const containerSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'The target is started as a container, with a network of its own',
  properties: {
    image: { ...name, description: 'One of image, build and compose' },
    build: {
      type: 'object',
      additionalProperties: false,
      required: ['context'],
      properties: { context: name, dockerfile: name, target: name, args: texts, network: name },
    },
    compose: {
      type: 'object',
      additionalProperties: false,
      required: ['file', 'service'],
      properties: {
        file: name,
        service: { ...name, description: 'The service that is the target' },
        profiles: { type: 'array', items: name },
      },
    },
    network: { enum: ['bridge', 'host'] },
    env: { ...texts, description: 'Of the container; for compose, what its file may use' },
    command: { type: 'array', items: { type: 'string' } },
    files: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['to'],
        properties: {
          to: { type: 'string', pattern: '^/' },
          from: name,
          content: { type: 'string' },
          mode: { type: 'string', pattern: '^[0-7]{3,4}$' },
        },
      },
    },
    ready: {
      type: 'object',
      additionalProperties: false,
      properties: {
        url: { type: 'string', pattern: '^https?://[^\\s]+$' },
        log: name,
        healthy: { const: true },
        timeoutMs: { type: 'integer', minimum: 1 },
      },
    },
    stopMs: { type: 'integer', minimum: 0 },
  },
} as const;
