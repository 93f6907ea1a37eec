import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDomain } from './demo.ts';
import { checkSettings, type LoadOptions, loadConfig } from './load.ts';
import { ConfigError } from './types.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterAll(() => rm(directory, { recursive: true }));

let files = 0;
async function yaml(text: string): Promise<string> {
  const file = join(directory, `s${++files}.yaml`);
  await writeFile(file, text);
  return file;
}

const failures = async (options: LoadOptions): Promise<string[]> => {
  const error: unknown = await checkSettings(options).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error('the settings were taken');
  return error.problems.map(({ message }) => message.replace(`${directory}/`, ''));
};

describe('faults of a settings file', () => {
  it.each([
    ['misspelt key', 'http:\n  prot: 1\n', [':2: /http/prot: unknown setting, did you mean "port"?']],
    ['swapped letters', 'lgo:\n  level: info\n', [':1: /lgo: unknown setting, did you mean "log"?']],
    ['key like no other', 'log:\n  colour: true\n', [':2: /log/colour: unknown setting, known here are level']],
    ['wrong type', 'http:\n  port: "x"\n', [':2: /http/port: must be an integer, not "x"']],
    ['out of range', '\nhttp:\n  port: 70000\n', [':3: /http/port: must be <= 65535, not 70000']],
    [
      'enum',
      'log:\n  level: inof\n',
      [':2: /log/level: must be one of silent, error, warn, info, debug, not "inof", did you mean "info"?'],
    ],
    ['list at the top', '- 1\n', [': must be a mapping of settings']],
    ['section without value', 'http:\n', [':1: /http: must be an object, not empty']],
    ['broken YAML', 'http: {port: 1\n', [/:2: not valid YAML: /]],
    ['key twice', 'http: {}\nhttp: {}\n', [/:2: not valid YAML: .*unique/]],
    ['missing in a list', 'domains:\n  - name: a.example\n', [':2: /domains/0: the setting "callbacks" is missing']],
    [
      'secret too short, and not shown',
      'domains:\n  - name: a.example\n    callbacks: { baseUrl: "http://127.0.0.1" }\n    auth:\n      secret: hunter2\n',
      [':5: /domains/0/auth/secret: must NOT have fewer than 32 characters'],
    ],
    [
      'a password that is none, and not shown',
      'domains:\n  - name: a.example\n    callbacks: { baseUrl: "http://127.0.0.1" }\n    sipCredentials: [{ host: x, username: u, password: "a\\nb" }]\n',
      [/:4: \/domains\/0\/sipCredentials\/0\/password: must match pattern (?!.*a.?b)/],
    ],
    [
      'half a key',
      'tts:\n  polly:\n    region: eu-north-1\n    accessKeyId: AKIAEXAMPLE\n',
      [':2: /tts/polly: the setting "accessKeySecret" is missing beside "accessKeyId"'],
    ],
    [
      'a bucket without a region',
      'storage:\n  s3: { bucket: prompts }\n',
      [':2: /storage/s3: the setting "region" is missing'],
    ],
    [
      'secret and JWKS',
      `domains:\n  - name: a.example\n    callbacks: { baseUrl: "http://127.0.0.1" }\n    auth: { secret: "${'s'.repeat(32)}", jwksUrl: "https://login.example/keys" }\n`,
      [':4: /domains/0/auth: takes either "secret" or "jwksUrl", not both'],
    ],
    [
      'two domains of one host',
      'domains:\n  - { name: a.example, sipHosts: [x], callbacks: { baseUrl: "http://127.0.0.1" } }\n  - { name: b.example, sipHosts: [X], callbacks: { baseUrl: "http://127.0.0.1" } }\n',
      [':3: /domains/1/sipHosts/0: "x" is already used by /domains/0/sipHosts/0'],
    ],
    [
      'another domain as host',
      'domains:\n  - { name: a.example, callbacks: { baseUrl: "http://127.0.0.1" } }\n  - { name: b.example, sipHosts: [a.example], callbacks: { baseUrl: "http://127.0.0.1" } }\n',
      [':3: /domains/1/sipHosts/0: "a.example" is the name of another domain'],
    ],
    [
      'callback URL of another scheme',
      'domains:\n  - name: a.example\n    callbacks: { baseUrl: "ftp://x" }\n',
      [/:3: \/domains\/0\/callbacks\/baseUrl: must be an http or https URL .*not "ftp:\/\/x"/],
    ],
    [
      'range with its ends the wrong way round',
      'domains:\n  - { name: a.example, numbers: ["20..10"], callbacks: { baseUrl: "http://127.0.0.1" } }\n',
      [/:2: \/domains\/0\/numbers\/0: must be a number .* not "20\.\.10"/],
    ],
    ['too few media ports', 'media: { firstPort: 4000, lastPort: 4001 }\n', [/:1: \/media\/lastPort: must leave room/]],
    [
      'one listener twice',
      'sip:\n  listeners:\n    - { protocol: udp, host: h, port: 5 }\n    - { protocol: udp, host: h, port: 5 }\n',
      [/:4: \/sip\/listeners\/1: .* is already used by \/sip\/listeners\/0/],
    ],
    [
      'several nodes, a secret that each would make for itself',
      `cluster: { redis: { host: r }, secret: "${'c'.repeat(32)}" }\ndomains:\n  - name: a.example\n    callbacks: { baseUrl: "http://127.0.0.1" }\n`,
      [/:3: \/domains\/0\/auth: needs "secret" or "jwksUrl" where there are several nodes/],
    ],
    [
      'several nodes without what they share',
      `cluster: { redis: { host: r } }\n`,
      [':1: /cluster: the setting "secret" is missing'],
    ],
  ])('%s', async (_name, text, expected) => {
    const file = await yaml(text);
    const found = await failures({ file, environment: {} });
    const wanted = expected.map((part) =>
      typeof part === 'string' ? file.replace(`${directory}/`, '') + part : expect.stringMatching(part),
    );
    expect(found).toEqual(wanted);
  });

  it('reports all of them at once', async () => {
    const file = await yaml('http:\n  prot: 1\n  host: 3\ndrainSeconds: -1\n');
    expect(await failures({ file, environment: {} })).toHaveLength(3);
  });

  it('names a file that is not there', async () => {
    expect(await failures({ file: join(directory, 'none.yaml'), environment: {} })).toEqual([
      'none.yaml: there is no such settings file',
    ]);
  });
});

describe('environment and command line', () => {
  it('override the file, the command line last', async () => {
    const file = await yaml('http: { port: 1, host: 127.0.0.2 }\nlog: { level: warn }\n');
    const config = await checkSettings({
      file,
      environment: {
        MEDIASERVICE_HTTP_PORT: '2',
        MEDIASERVICE_LOG_LEVEL: 'debug',
        MEDIASERVICE_MEDIA_FIRST_PORT: '4000',
      },
      overrides: [{ option: '--port', path: ['http', 'port'], value: 3 }],
    });
    expect(config.http).toMatchObject({ host: '127.0.0.2', port: 3 });
    expect(config.log.level).toBe('debug');
    expect(config.media.firstPort).toBe(4000);
  });

  it('name the settings file', async () => {
    const file = await yaml('drainSeconds: 7\n');
    expect((await checkSettings({ environment: { MEDIASERVICE_CONFIG: file } })).drainSeconds).toBe(7);
  });

  it.each([
    [
      'wrong value',
      { MEDIASERVICE_HTTP_PORT: 'many' },
      'MEDIASERVICE_HTTP_PORT: /http/port: must be an integer, not "many"',
    ],
    ['empty value', { MEDIASERVICE_HTTP_PORT: '' }, 'MEDIASERVICE_HTTP_PORT: /http/port: must be an integer, not ""'],
    [
      'misspelt name',
      { MEDIASERVICE_HTTP_PROT: '1' },
      'MEDIASERVICE_HTTP_PROT: unknown environment variable, did you mean MEDIASERVICE_HTTP_PORT?',
    ],
  ])('%s is named with its variable', async (_name, environment, message) => {
    expect(await failures({ environment })).toEqual([message]);
  });

  it('leaves variables of other programs alone', async () => {
    expect((await checkSettings({ environment: { MEDIASERVICE_SOMETHING_ELSE_ALTOGETHER: '1' } })).http.port).toBe(
      8080,
    );
  });
});

describe('several nodes', () => {
  const node = (more: object = {}) => ({
    environment: {},
    overrides: Object.entries({
      cluster: { redis: { host: 'redis.example' }, secret: 'c'.repeat(32) },
      domains: [{ name: 'a.example', auth: { secret: 's'.repeat(32) }, callbacks: { baseUrl: 'http://127.0.0.1' } }],
      ...more,
    }).map(([key, value]) => ({ option: 'test', path: [key], value })),
  });

  it('sign replyIds with the same key, which is none of the secrets', async () => {
    const own = (name: string) => node({ storage: { directory: join(directory, name) } });
    const one = (await loadConfig(own('node-1'))).config;
    const other = (await loadConfig(own('node-2'))).config;
    expect(one.replySecret).toBe(other.replySecret);
    expect(one.replySecret).toMatch(/^[\w-]{43}$/);
    const alone = node({ cluster: undefined, storage: { directory: join(directory, 'node-1') } });
    expect((await loadConfig(alone)).config.replySecret).not.toBe(one.replySecret);
  });

  it('have defaults for all but the host and the secret', async () => {
    expect((await checkSettings(node())).cluster).toEqual({
      redis: { host: 'redis.example', port: 6379, tls: false, database: 0, prefix: 'mediaservice' },
      secret: 'c'.repeat(32),
      deadSeconds: 5,
      keepSeconds: 3600,
    });
  });

  it('are asked for by the environment, too', async () => {
    const environment = { MEDIASERVICE_CLUSTER_REDIS_HOST: 'r', MEDIASERVICE_CLUSTER_SECRET: 'd'.repeat(32) };
    const { overrides } = node({ cluster: {} });
    const domains = overrides.filter(({ path }) => path[0] === 'domains');
    expect((await checkSettings({ environment, overrides: domains })).cluster?.redis.host).toBe('r');
  });
});

describe('the sample file', () => {
  const sample = new URL('../../mediaservice.yaml', import.meta.url).pathname;

  it('holds the defaults', async () => {
    const defaults = await checkSettings({ environment: {} });
    const config = await checkSettings({ file: sample, environment: {} });
    const { domains: _ours, storage, ...rest } = config;
    const { domains: _demo, storage: ownStorage, ...wanted } = defaults;
    expect(rest).toEqual(wanted);
    expect(storage.maxFileBytes).toBe(ownStorage.maxFileBytes);
    const { name, sipHosts, numbers, callbacks, alarmUrl, allowedCallbackOrigins, ...domain } = config.domains[0] ?? {};
    expect(defaults.domains[0]).toMatchObject(domain);
  });

  it('names every setting', async () => {
    const text = await readFile(sample, 'utf8');
    const names = (schema: unknown): string[] => {
      if (typeof schema !== 'object' || schema === null) return [];
      const own =
        'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
      return [...own, ...Object.values(schema).flatMap(names)];
    };
    const { configSchema } = await import('./schema.ts');
    expect(names(configSchema).filter((name) => !text.includes(`${name}:`))).toEqual([]);
  });
});

describe('secrets', () => {
  it('are made once, with mode 0600, for domains without their own', async () => {
    const file = await yaml('storage: { directory: fresh }\n');
    const first = await loadConfig({ file, environment: {} });
    expect(first.secrets.created).toEqual([demoDomain]);
    expect((await stat(first.secrets.file)).mode & 0o777).toBe(0o600);
    const auth = first.config.domains[0]?.auth;
    expect(auth?.type === 'secret' && auth.secret.length >= 32).toBe(true);

    const second = await loadConfig({ file, environment: {} });
    expect(second.secrets.created).toEqual([]);
    expect(second.config).toEqual(first.config);
  });

  it('are not made by a check', async () => {
    const file = await yaml('storage: { directory: untouched }\n');
    await checkSettings({ file, environment: {} });
    await expect(stat(join(directory, 'untouched'))).rejects.toThrow('ENOENT');
  });

  it('tell where they are damaged', async () => {
    const file = await yaml(`storage: { directory: ${directory} }\n`);
    await writeFile(join(directory, 'secrets.json'), '{"reply": 1}');
    await expect(loadConfig({ file, environment: {} })).rejects.toThrow(/secrets\.json: is damaged/);
  });

  it('tell where the directory cannot be used', async () => {
    const plain = await yaml('not a directory');
    const file = await yaml(`storage: { directory: ${plain} }\n`);
    await expect(loadConfig({ file, environment: {} })).rejects.toThrow(/the data directory cannot be used/);
  });
});
