import { describe, expect, it } from 'vitest';
import { parseTarget } from '../load.ts';
import { TargetError } from '../types.ts';

const target = (container: string, more = ''): string => `
name: mine
domain: d
credentials: { kind: bearer, token: t }
numbers: { prefix: "1", first: 1, last: 9 }
container: ${container}
${more}`;
const places = { 'suite.host': '198.18.0.1', 'target.host': '198.18.0.2' };
const read = (container: string, more?: string) =>
  parseTarget(target(container, more), '/some/place/t.yaml', {}, places);

describe('a target file with a container', () => {
  it('needs no addresses', async () => {
    const { rest, sip, callbacks, suite, container } = await read('{ image: theirs:1 }');
    expect({ rest, sip, suite }).toEqual({
      rest: { baseUrl: 'http://198.18.0.2:8080' },
      sip: { host: '198.18.0.2', port: 5060, transport: 'udp' },
      suite: { host: '198.18.0.1' },
    });
    expect(callbacks.baseUrl).toMatch(/^http:\/\/198\.18\.0\.1:\d+\/callbacks$/);
    expect(callbacks.alarmUrl).toBe(callbacks.baseUrl.replace('/callbacks', '/callbacks/alarm'));
    expect(container).toEqual({ image: 'theirs:1', network: 'bridge', ready: { timeoutMs: 60_000 }, stopMs: 10_000 });
  });

  it('may give some of them', async () => {
    const { rest, sip } = await read(
      '{ image: i }',
      'sip: { port: 5070, transport: tcp }\nrest: { baseUrl: "http://a/b" }',
    );
    expect({ rest, sip }).toEqual({
      rest: { baseUrl: 'http://a/b' },
      sip: { host: '198.18.0.2', port: 5070, transport: 'tcp' },
    });
  });

  it('replaces placeholders in texts and the environment, and finds files beside itself', async () => {
    const { container, callbacks } = await read(
      `{ build: { context: ../src, args: { A: 1 } }, env: { HOST: "\${target.host}", PORT: 8080, ON: true },
         files: [{ to: /a, content: "to \${suite.host}:\${port:callbacks} \${OTHER}" }, { to: /b, from: b.yaml }] }`,
    );
    expect(container?.env).toEqual({ HOST: '198.18.0.2', PORT: '8080', ON: 'true' });
    expect(container?.build).toEqual({ context: '/some/src', args: { A: '1' } });
    const port = new URL(callbacks.baseUrl).port;
    expect(container?.files).toEqual([
      { to: '/a', content: `to 198.18.0.1:${port} \${OTHER}` },
      { to: '/b', from: '/some/place/b.yaml' },
    ]);
  });

  it.each([
    ['nothing to start', '{ network: host }', 'needs one of image, build and compose'],
    ['two things to start', '{ image: a, build: { context: . } }', 'needs one of image, build and compose'],
    ['a command beside it', '{ image: a }', 'exclude each other', 'command: { argv: [x] }'],
    ['files for Compose', '{ compose: { file: c, service: s }, files: [] }', '/container/files belongs into'],
    ["this machine's network for Compose", '{ compose: { file: c, service: s }, network: host }', 'is said there'],
    ['a file of nothing', '{ image: a, files: [{ to: /a }] }', '/container/files/0 needs either'],
    ['a broken expression', '{ image: a, ready: { log: "(" } }', '/container/ready/log is no regular expression'],
    ['a misspelt key', '{ imago: a }', '/container/imago is not a setting'],
  ])('refuses %s', async (_name, container, message, more?: string) => {
    await expect(read(container, more)).rejects.toThrow(TargetError);
    await expect(read(container, more)).rejects.toThrow(message);
  });
});
