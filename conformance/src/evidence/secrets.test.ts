import { describe, expect, it } from 'vitest';
import { NO_HARNESS } from '../run/testing/harness.ts';
import type { Target } from '../target/types.ts';
import { secretsOf } from './secrets.ts';

const container = { network: 'bridge', ready: { timeoutMs: 1 }, stopMs: 1 } as const;
const command = { argv: [], ready: { url: 'http://127.0.0.1/', timeoutMs: 1 }, stopMs: 1 };
const secrets = (change: Partial<Target>): string[] => secretsOf({ ...NO_HARNESS.target, ...change });

describe('a secret of a target file', () => {
  it.each<[string, Partial<Target>, string]>([
    ['a text to redact', { redact: ['Жанна'] }, 'Жанна'],
    ['a variable of a container', { container: { ...container, env: { DB_PASSWORD: 'hunter22' } } }, 'hunter22'],
    ['credentials in a variable', { command: { ...command, env: { MY_CREDENTIAL: 'hunter22' } } }, 'hunter22'],
    ['a passphrase in a variable', { command: { ...command, env: { DB_PASSPHRASE: 'hunter22' } } }, 'hunter22'],
    [
      'a URL in a variable',
      { container: { ...container, env: { DATABASE: 'postgres://me:hunter22@db/x' } } },
      'hunter22',
    ],
    ['an option', { container: { ...container, command: ['serve', '--db-password=hunter22'] } }, 'hunter22'],
    ['an option of two words', { command: { ...command, argv: ['serve', '--token', 'hunter22'] } }, 'hunter22'],
    [
      'a line of a file',
      { container: { ...container, files: [{ to: '/etc/x', content: 'port: 1\npassword: "hunter22"\n' }] } },
      'hunter22',
    ],
    [
      'an argument of a build',
      { container: { ...container, build: { context: '.', args: { NPM_TOKEN: 'hunter22' } } } },
      'hunter22',
    ],
    ['userinfo of the API', { rest: { baseUrl: 'http://me:hunter22@127.0.0.1/x' } }, 'hunter22'],
    ['userinfo with escapes', { rest: { baseUrl: 'http://me:hunter%2022@127.0.0.1/x' } }, 'hunter 22'],
    ['userinfo as it is sent', { rest: { baseUrl: 'http://me:hunter22@127.0.0.1/x' } }, btoa('me:hunter22')],
    ['userinfo of metrics', { metrics: { url: 'http://me:hunter22@127.0.0.1/m', atRest: [] } }, 'hunter22'],
    [
      'userinfo in an argument',
      { command: { ...command, argv: ['serve', 'redis://:hunter22@127.0.0.1'] } },
      'hunter22',
    ],
  ])('is %s', (_, change, secret) => expect(secrets(change)).toContain(secret));

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a switch', { TOKEN_CHECK: 'true' }],
    ['too short', { TOKEN: 'abc' }],
    ['a word of another name', { LOG_LEVEL: 'debug' }],
    ['an address', { API: 'http://127.0.0.1:8080/x@y' }],
  ])('is not %s', (_, env) => {
    expect(secrets({ container: { ...container, env } })).toEqual(secrets({}));
  });
});
